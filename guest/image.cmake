# Links the kernel, build/<preset>/guest/kernel.elf, and the one that checks itself, kernel-debug.elf.
#
# Each twice, because the image holds its own table of function names (for backtraces): the first link finds the
# addresses, the second adds the table. The table lies behind all code, so the code does not move.

set(kernel_script ${CMAKE_CURRENT_SOURCE_DIR}/arch/x86_64/kernel.ld)

function(vitrine_link_kernel target symbol_table parts)
    add_executable(${target} ${symbol_table})
    target_link_libraries(${target} PRIVATE vitrine_kernel_options ${parts})
    target_link_options(${target} PRIVATE
        -nostdlib -static -no-pie -Wl,-T,${kernel_script} -Wl,--build-id=none
        -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,--gc-sections)
    set_target_properties(${target} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/guest
        LINK_DEPENDS ${kernel_script})
endfunction()

# vitrine_kernel_image(NAME PARTS): the image NAME.elf of these object libraries.
function(vitrine_kernel_image name parts)
    vitrine_link_kernel(${name}_without_symbols arch/x86_64/no_symbols.S "${parts}")
    set(symbols ${CMAKE_CURRENT_BINARY_DIR}/${name}_symbols.S)
    add_custom_command(
        OUTPUT ${symbols}
        COMMAND sh -c "\"$0\" --numeric-sort --demangle \"$1\" | awk -f \"$2\" >\"$3\"" ${CMAKE_NM}
            $<TARGET_FILE:${name}_without_symbols> ${CMAKE_CURRENT_SOURCE_DIR}/arch/x86_64/symbols.awk ${symbols}
        DEPENDS ${name}_without_symbols arch/x86_64/symbols.awk
        COMMENT "Generating the symbol table of ${name}"
        VERBATIM)
    vitrine_link_kernel(${name} ${symbols} "${parts}")
    set_target_properties(${name} PROPERTIES OUTPUT_NAME ${name}.elf)
endfunction()

get_property(parts GLOBAL PROPERTY VITRINE_KERNEL_PARTS)
get_property(debug_parts GLOBAL PROPERTY VITRINE_KERNEL_DEBUG_PARTS)
vitrine_kernel_image(kernel "${parts}")
vitrine_kernel_image(kernel-debug "${debug_parts}")
