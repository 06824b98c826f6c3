#pragma once

#include "arch/x86_64/layout.hpp"
#include "lib/types.hpp"

/// The page of code that users can execute; see syscall_page.S.
extern "C" {
extern const char syscall_page[];
extern const char syscall_page_probe[];
extern const char syscall_page_probe_target[];
extern const char syscall_page_trampoline[];
}

namespace arch {

/// Where the page's `symbol` is for users.
inline u64 in_user_page(const char* symbol) { return entry_area + static_cast<u64>(symbol - syscall_page); }

} // namespace arch
