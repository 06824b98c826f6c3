# The table of function names as the first link sees it: empty. See guest/image.cmake.
    .section .rodata.symbols, "a"
    .balign 8
    .global kernel_symbol_count, kernel_symbol_addresses, kernel_symbol_name_offsets, kernel_symbol_names
kernel_symbol_count:
    .quad 0
kernel_symbol_addresses:
kernel_symbol_name_offsets:
kernel_symbol_names:
    .byte 0
