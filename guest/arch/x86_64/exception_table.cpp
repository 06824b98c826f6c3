#include "arch/x86_64/exception_table.hpp"

extern "C" const arch::ExceptionFixUp exception_table_begin[];
extern "C" const arch::ExceptionFixUp exception_table_end[];

namespace arch {
namespace {

/// The table has a handful of entries: no need to sort it.
const ExceptionFixUp* find(u64 instruction)
{
    for (const ExceptionFixUp* entry = exception_table_begin; entry != exception_table_end; ++entry)
        if (entry->instruction == instruction)
            return entry;
    return nullptr;
}

} // namespace

bool has_fix_up(const TrapFrame& frame) { return find(frame.rip) != nullptr; }

bool fix_up(TrapFrame& frame)
{
    const ExceptionFixUp* entry = find(frame.rip);
    if (entry == nullptr)
        return false;
    frame.rip = entry->resume;
    return true;
}

} // namespace arch
