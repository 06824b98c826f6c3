# Flags of the guest kernel (freestanding) and the rule for user programs (musl).

# Ring 0 may run under KVM's instruction emulator: general registers only, no popcnt, no BMI (docs/architecture.md).
set(VITRINE_KERNEL_FLAGS
    -O2 -g -ffreestanding -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-use-cxa-atexit
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
