/* Access to user memory, with the user half mapped. String instructions: one step of an emulated ring 0 for each word. A
 * page fault in one of the instructions marked FAULTS that cannot be served goes on at its fix-up. */

.macro FAULTS instruction:vararg
9:  \instruction
    .pushsection .exception_table, "a"
    .quad 9b
    .popsection
.endm
/* Follows FAULTS: where to go on. */
.macro FIX_UP resume
    .pushsection .exception_table, "a"
    .quad \resume
    .popsection
.endm

    .text
/* u64 copy_user(void* to, const void* from, u64 size): the number of bytes not copied. */
    .global copy_user
copy_user:
    mov %rdx, %rcx
    and $7, %edx
    shr $3, %rcx
    FAULTS rep movsq
    FIX_UP words_left
    mov %edx, %ecx
    FAULTS rep movsb
    FIX_UP bytes_left
bytes_left:
    mov %rcx, %rax
    ret
words_left:
    lea (%rdx,%rcx,8), %rax
    ret

/* u64 zero_user(u64 to, u64 size): the number of bytes not cleared. */
    .global zero_user
zero_user:
    mov %rsi, %rcx
    mov %esi, %edx
    and $7, %edx
    shr $3, %rcx
    xor %eax, %eax
    FAULTS rep stosq
    FIX_UP words_left
    mov %edx, %ecx
    FAULTS rep stosb
    FIX_UP bytes_left
    jmp bytes_left

/* u64 measure_user_string(const char* from, u64 limit): bytes before the NUL, `limit` if there is none so far, ~0 after
 * a fault. */
    .global measure_user_string
measure_user_string:
    mov %rsi, %rcx
    xor %eax, %eax
    cmp %rax, %rcx                      /* of nothing REPNE SCAS makes no ZF: clear it, unless the limit is 0 */
    FAULTS repne scasb
    FIX_UP string_faulted
    mov %rsi, %rax
    jne 1f
    test %rsi, %rsi
    jz 1f
    sub %rcx, %rax
    dec %rax
1:  ret
string_faulted:
    mov $-1, %rax
    ret

/* int compare_exchange_user_32(u32* at, u32* expected, u32 desired): 0, with what was there in *expected; -1 after a fault.
 * Whether it took place the caller sees by comparing. */
    .global compare_exchange_user_32
compare_exchange_user_32:
    mov (%rsi), %eax
    FAULTS lock cmpxchgl %edx, (%rdi)
    FIX_UP exchange_faulted
    mov %eax, (%rsi)
    xor %eax, %eax
    ret
exchange_faulted:
    mov $-1, %eax
    ret
