#pragma once

#include "arch/paging.hpp"
#include "kernel/mm/protection.hpp"

namespace kernel::mm {

/// How a page of a mapping with this protection is mapped, if it may be written when the mapping may.
constexpr arch::PageFlags user_page_flags(Protection protection)
{
    return {.write = protection.write, .execute = protection.execute, .user = true, .accessible = protection.any()};
}

} // namespace kernel::mm
