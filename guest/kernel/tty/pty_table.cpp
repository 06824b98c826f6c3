#include "kernel/tty/pty.hpp"

#include <algorithm>
#include <array>

// The pseudo-terminals whose master is open, by their numbers.
namespace kernel::tty {
namespace {

constexpr u32 most = 1024; ///< as /proc/sys/kernel/pty/max

struct Table {
    std::array<Pty*, most> ptys{};
};
constinit Locked<Table, SpinLock> table;

} // namespace

Result<Ref<Pty>> Pty::create()
{
    // Numbers are given to pseudo-terminals that there are, so one is made before it is known which it gets.
    auto pty = TRY(make_ref<Pty>());
    return table.with([&](Table& all) -> Result<Ref<Pty>> {
        const auto free = std::find(all.ptys.begin(), all.ptys.end(), nullptr);
        if (free == all.ptys.end())
            return Errno::enospc;
        pty->number_ = static_cast<u32>(free - all.ptys.begin());
        *free = pty.get();
        return pty;
    });
}

Ref<Pty> Pty::find(u32 number)
{
    return table.with([&](Table& all) {
        Pty* const found = number < most ? all.ptys[number] : nullptr;
        return found != nullptr ? Ref<Pty>::share(found) : Ref<Pty>{};
    });
}

Ref<Pty> Pty::first_from(u32 number)
{
    return table.with([&](Table& all) {
        while (number < most && all.ptys[number] == nullptr)
            ++number;
        return number < most ? Ref<Pty>::share(all.ptys[number]) : Ref<Pty>{};
    });
}

void Pty::close_master()
{
    table.with([&](Table& all) { all.ptys[number_] = nullptr; });
    output_.with([](Output& output) { output.has_master = false; });
    hang_up();
}

} // namespace kernel::tty
