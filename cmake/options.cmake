# vitrine_host: what every host target compiles and links with. The guest kernel must not: see guest.cmake.
add_library(vitrine_host INTERFACE)
target_compile_options(vitrine_host INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
target_include_directories(vitrine_host INTERFACE ${PROJECT_SOURCE_DIR})
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE STREQUAL "Release")
    # GCC 12 reports false positives out of inlined library code at -O2 and above.
    target_compile_options(vitrine_host INTERFACE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow)
endif()
if(VITRINE_SANITIZE)
    target_compile_options(vitrine_host INTERFACE -fsanitize=${VITRINE_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(vitrine_host INTERFACE -fsanitize=${VITRINE_SANITIZE})
    if(VITRINE_SANITIZE MATCHES thread)
        # ThreadSanitizer does not know fences; Asio's handlers are ordered by its mutexes as well.
        target_compile_definitions(vitrine_host INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
    endif()
endif()
if(VITRINE_FUZZ)
    target_compile_options(vitrine_host INTERFACE -O1 -fsanitize=fuzzer-no-link,address,undefined
        -fno-sanitize-recover=undefined)
    target_link_options(vitrine_host INTERFACE -fsanitize=address,undefined)
endif()
