# Links the kernel: build/<preset>/guest/kernel.elf.
#
# Twice, because the image holds its own table of function names (for backtraces): the first link finds the addresses,
# the second adds the table. The table lies behind all code, so the code does not move.

set(kernel_script ${CMAKE_CURRENT_SOURCE_DIR}/arch/x86_64/kernel.ld)

get_property(kernel_parts GLOBAL PROPERTY VITRINE_KERNEL_PARTS)

function(vitrine_kernel_image name symbol_table)
    add_executable(${name} ${symbol_table})
    target_link_libraries(${name} PRIVATE vitrine_kernel_options ${kernel_parts})
    target_link_options(${name} PRIVATE
        -nostdlib -static -no-pie -Wl,-T,${kernel_script} -Wl,--build-id=none
        -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,--gc-sections)
    set_target_properties(${name} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/guest
        LINK_DEPENDS ${kernel_script})
endfunction()

vitrine_kernel_image(kernel_without_symbols arch/x86_64/no_symbols.S)

set(symbols ${CMAKE_CURRENT_BINARY_DIR}/symbols.S)
add_custom_command(
    OUTPUT ${symbols}
    COMMAND sh -c "\"$0\" --numeric-sort --demangle \"$1\" | awk -f \"$2\" >\"$3\"" ${CMAKE_NM}
        $<TARGET_FILE:kernel_without_symbols> ${CMAKE_CURRENT_SOURCE_DIR}/arch/x86_64/symbols.awk ${symbols}
    DEPENDS kernel_without_symbols arch/x86_64/symbols.awk
    COMMENT "Generating the kernel's symbol table"
    VERBATIM)
vitrine_kernel_image(kernel ${symbols})
set_target_properties(kernel PROPERTIES OUTPUT_NAME kernel.elf)
