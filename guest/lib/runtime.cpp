// What the compiler and libstdc++'s headers expect of a C++ run time. There is no operator new: the kernel makes
// objects with make_box and make_ref, which can say that there is no memory.
#include "kernel/mm/heap.hpp"
#include "kernel/printk.hpp"

#include <bits/functexcept.h>
#include <cstddef>

/// Called by the deleting destructors that virtual destructors come with; the memory was kmalloc'ed.
void operator delete(void* pointer) noexcept { kernel::mm::kfree(pointer); }
void operator delete(void* pointer, std::size_t) noexcept { kernel::mm::kfree(pointer); }

extern "C" [[noreturn]] void __cxa_pure_virtual() { kernel::panic("pure virtual function called"); }

extern "C" [[noreturn]] void abort() { kernel::panic("abort() called"); }

/// What checked accesses such as std::array::at call; they are declared not to return.
namespace std {
void __throw_out_of_range_fmt(const char* format, ...) { kernel::panic(format); }
void __throw_length_error(const char* what) { kernel::panic(what); }
void __throw_logic_error(const char* what) { kernel::panic(what); }
void __throw_bad_function_call() { kernel::panic("empty function called"); }
} // namespace std
