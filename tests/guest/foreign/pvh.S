// A kernel by the PVH protocol: prints its command line and its first module.
.include "guest.inc"

    .section .note.Xen, "a", @note
    .balign 4
    .long 4, 8, 18                  // sizes of name and description, XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .quad start

.code32
.text
.globl start
start:
    cmpl $0x336ec578, (%ebx)        // hvm_start_info: magic
    jne bad_start_info
    cmpl $0, 48(%ebx)               // entries of the memory map
    je bad_start_info
    mov 32(%ebx), %edi              // RSDP
    cmpl $0x20445352, (%edi)        // "RSD "
    jne bad_start_info

    mov $greeting, %esi
    print_text
    mov 24(%ebx), %esi              // the command line
    print_text
    print_newline
    cmpl $0, 12(%ebx)               // modules
    je done
    mov 16(%ebx), %edi
    mov (%edi), %esi
    mov 8(%edi), %ecx
    print_bytes
done:
    leave 18
bad_start_info:
    leave 1

greeting: .asciz "pvh: "
