// A bzImage by the book (Linux: Documentation/arch/x86/boot.rst, protocol 2.12) whose kernel prints its command line and
// its initrd.
.include "guest.inc"

.set code_sectors, 3                // of 512 bytes

.text
.globl start
start:
    .org 0x1f1
    .byte 1                         // setup_sects
    .word 0                         // root_flags
    .long code_sectors * 512 / 16   // syssize
    .word 0, 0, 0                   // ram_size, vid_mode, root_dev
    .word 0xaa55                    // boot_flag
    .byte 0xeb, header_end - header // jump over the header
header:
    .ascii "HdrS"
    .word 0x20c                     // version
    .long 0                         // realmode_swtch
    .word 0, 0                      // start_sys_seg, kernel_version
    .byte 0, 1                      // type_of_loader, loadflags: LOADED_HIGH
    .word 0                         // setup_move_size
    .long 0x100000, 0, 0, 0         // code32_start, ramdisk_image, ramdisk_size, bootsect_kludge
    .word 0                         // heap_end_ptr
    .byte 0, 0                      // ext_loader_ver, ext_loader_type
    .long 0                         // cmd_line_ptr
    .long 0x7fffffff                // initrd_addr_max
    .long 0x200000                  // kernel_alignment
    .byte 1, 12                     // relocatable_kernel, min_alignment
    .word 1                         // xloadflags: XLF_KERNEL_64
    .long 255                       // cmdline_size
    .long 0                         // hardware_subarch
    .quad 0                         // hardware_subarch_data
    .long 0, 0                      // payload_offset, payload_length
    .quad 0                         // setup_data
    .quad 0x1000000                 // pref_address
    .long 0x10000                   // init_size
    .long 0                         // handover_offset
header_end:

    .org 1024                       // the protected-mode code; its 32-bit entry is not for us
.code64
    hlt
    .org 1024 + 0x200               // the 64-bit entry: RSI points to the zero page
    mov %rsi, %rbx
    cmpl $0x53726448, 0x202(%rbx)
    jne bad_zero_page
    cmpb $0, 0x1e8(%rbx)            // e820_entries
    je bad_zero_page
    lea greeting(%rip), %rsi
    print_text
    mov 0x228(%rbx), %esi           // cmd_line_ptr
    print_text
    print_newline
    mov 0x218(%rbx), %esi           // ramdisk_image
    mov 0x21c(%rbx), %ecx           // ramdisk_size
    print_bytes
    leave 64
bad_zero_page:
    leave 1

greeting: .asciz "bzImage: "
    .org 1024 + code_sectors * 512
