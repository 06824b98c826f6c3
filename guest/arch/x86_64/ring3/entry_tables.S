/* The entry area's page tables (entry_area.h): one PML4 slot for the kernel roots and one for the user roots, there from
 * the first instruction on. entry_area.cpp adds the pages of further CPUs. */

#include "arch/x86_64/asm_constants.h"
#include "arch/x86_64/ring3/entry_area.h"

#define PHYSICAL(symbol) (symbol - IMAGE_BASE)
#define TABLE 0x27                      /* accessed, user, writable, present */
#define FOR_USERS 0x25                  /* a page: accessed, user, present */
#define CODE 0x21                       /* supervisor only */
#define DATA (1 << 63 | 0x63)
#define CONSTANT (1 << 63 | 0x21)

.macro ENTRY_TABLES name gates first_page_of_cpu_0
    .global \name
\name:                                  /* level 2 */
    .quad PHYSICAL(\name) + 0x1000 + TABLE
    .fill 511, 8, 0
    .quad PHYSICAL(\name) + 0x2000 + TABLE
    .fill 511, 8, 0
\name\()_pages:
    .quad PHYSICAL(syscall_page) + FOR_USERS
    .quad PHYSICAL(\gates) + CONSTANT
    .set page, 0
    .rept ENTRY_MONITOR_PAGES
    .quad PHYSICAL(monitor_begin) + page + CODE
    .set page, page + 0x1000
    .endr
    .fill ENTRY_FIRST_CPU_PAGE - 2 - ENTRY_MONITOR_PAGES, 8, 0
    .quad PHYSICAL(\first_page_of_cpu_0) + DATA
    .quad PHYSICAL(boot_cpu) + 0x2000 + DATA
    .fill 512 - ENTRY_FIRST_CPU_PAGE - 2, 8, 0
.endm

    .section .data.entry_tables, "aw"
    .balign 4096
    ENTRY_TABLES ring3_kernel_entry_tables, ring3_kernel_gates, boot_cpu
    ENTRY_TABLES ring3_user_entry_tables, ring3_user_gates, boot_cpu + USER_PAGE
    .global ring3_kernel_entry_tables_pages, ring3_user_entry_tables_pages
