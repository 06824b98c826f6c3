# Flags of the guest kernel (freestanding) and the rule for user programs (musl).

# Ring 0 may run under KVM's instruction emulator: general registers only, no popcnt, no BMI (docs/architecture.md).
set(VITRINE_KERNEL_FLAGS
    -O2 -g -ffreestanding -fbuiltin -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-use-cxa-atexit
    -fno-asynchronous-unwind-tables -fno-omit-frame-pointer -fno-stack-protector -fcf-protection=none
    -fno-pic -fno-pie -mcmodel=kernel -mno-red-zone -mgeneral-regs-only -march=x86-64
    -Wall -Wextra -Wshadow -Werror)

add_library(vitrine_kernel_options INTERFACE)
target_compile_options(vitrine_kernel_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:${VITRINE_KERNEL_FLAGS}>
    $<$<COMPILE_LANGUAGE:ASM>:-g -mcmodel=kernel -fno-pic>)
target_compile_definitions(vitrine_kernel_options INTERFACE
    VITRINE_GUEST=1 BOOST_DISABLE_ASSERTS BOOST_NO_EXCEPTIONS)
target_include_directories(vitrine_kernel_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/guest)

# The kernel that checks itself, beside the ordinary one: locks and contexts (guest/kernel/debug), and undefined
# behaviour, which is an invalid instruction there. Left out of the latter is what another sees as well: null (page 0 is
# not mapped), alignment (x86 has none to speak of, and GS:0 is an address), and what needs RTTI.
set(VITRINE_KERNEL_DEBUG_FLAGS
    -fsanitize=undefined -fno-sanitize=null,alignment,object-size,vptr,nonnull-attribute,returns-nonnull-attribute
    -fsanitize-undefined-trap-on-error)
add_library(vitrine_kernel_debug_options INTERFACE)
target_link_libraries(vitrine_kernel_debug_options INTERFACE vitrine_kernel_options)
target_compile_options(vitrine_kernel_debug_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:${VITRINE_KERNEL_DEBUG_FLAGS}>)
target_compile_definitions(vitrine_kernel_debug_options INTERFACE VITRINE_KERNEL_DEBUG=1)

# vitrine_kernel_part(NAME [LOGIC source...] [SOURCES source...] [DEBUG_LOGIC source...] [DEBUG_SOURCES source...]):
# a part of the guest kernel, the object library kernel_NAME, and the same for the kernel that checks itself,
# kernel_debug_NAME, which alone has the DEBUG ones. LOGIC does not touch hardware but through arch: it is compiled once
# more, for the host's unit tests, into vitrine_guest_logic. The global properties VITRINE_KERNEL_PARTS and
# VITRINE_KERNEL_DEBUG_PARTS list what the two kernels link.
function(vitrine_kernel_part name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LOGIC;SOURCES;DEBUG_LOGIC;DEBUG_SOURCES")
    set(sources ${arg_LOGIC} ${arg_SOURCES})
    if(sources)
        add_library(kernel_${name} OBJECT ${sources})
        target_link_libraries(kernel_${name} PRIVATE vitrine_kernel_options)
        set_property(GLOBAL APPEND PROPERTY VITRINE_KERNEL_PARTS kernel_${name})
    endif()
    add_library(kernel_debug_${name} OBJECT ${sources} ${arg_DEBUG_LOGIC} ${arg_DEBUG_SOURCES})
    target_link_libraries(kernel_debug_${name} PRIVATE vitrine_kernel_debug_options)
    set_property(GLOBAL APPEND PROPERTY VITRINE_KERNEL_DEBUG_PARTS kernel_debug_${name})
    foreach(source IN LISTS arg_LOGIC arg_DEBUG_LOGIC)
        set_property(GLOBAL APPEND PROPERTY VITRINE_GUEST_LOGIC ${CMAKE_CURRENT_SOURCE_DIR}/${source})
    endforeach()
endfunction()

# vitrine_guest_logic: the LOGIC of all parts as a host library, for unit tests. Call it after the last part.
function(vitrine_guest_logic_library)
    get_property(sources GLOBAL PROPERTY VITRINE_GUEST_LOGIC)
    add_library(vitrine_guest_logic STATIC EXCLUDE_FROM_ALL ${sources})
    target_link_libraries(vitrine_guest_logic PUBLIC vitrine_host)
    target_include_directories(vitrine_guest_logic PUBLIC ${PROJECT_SOURCE_DIR}/guest)
    target_compile_definitions(vitrine_guest_logic PUBLIC BOOST_DISABLE_ASSERTS)
endfunction()

set(VITRINE_USER_DIRECTORY ${PROJECT_BINARY_DIR}/guest/user)

# vitrine_user_program(NAME SOURCE... [FLAGS flag...]): a static Linux program at ${VITRINE_USER_DIRECTORY}/NAME.
function(vitrine_user_program name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FLAGS")
    set(sources)
    foreach(source IN LISTS arg_UNPARSED_ARGUMENTS)
        list(APPEND sources ${CMAKE_CURRENT_SOURCE_DIR}/${source})
    endforeach()
    set(output ${VITRINE_USER_DIRECTORY}/${name})
    add_custom_command(
        OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${VITRINE_USER_DIRECTORY}
        COMMAND musl-gcc -std=c17 -O2 -g -Wall -Wextra -Werror -static ${arg_FLAGS} -o ${output} ${sources}
        DEPENDS ${sources}
        COMMENT "Building user program ${name}"
        VERBATIM)
    add_custom_target(user_${name} ALL DEPENDS ${output})
endfunction()
