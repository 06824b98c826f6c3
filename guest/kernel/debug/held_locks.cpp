#include "kernel/debug/held_locks.hpp"

#include <bit>

namespace kernel::debug {
namespace {

/// FNV-1a's step, over whole identifiers: chains are few, and 64 bits tell them apart.
u64 extend(u64 chain, ClassId id, bool attempt, bool read)
{
    constexpr u64 prime = 0x100'0000'01b3;
    return (chain ^ (u64{id} << 2 | (attempt ? 2U : 0U) | (read ? 1U : 0U))) * prime;
}

constexpr u64 empty_chain = 0xcbf2'9ce4'8422'2325;

/// The uses that an acquisition makes of its class.
LockUses uses_of(const Acquisition& acquisition)
{
    LockUses uses = 0;
    if (acquisition.hardirqs_on)
        uses = bit_of(LockUse::enabled_hardirq) | (acquisition.softirqs_on ? bit_of(LockUse::enabled_softirq) : 0);
    // A try_lock in an interrupt does not wait for whom it interrupted.
    if (acquisition.context != LockContext::task && !acquisition.attempt)
        uses |=
            bit_of(acquisition.context == LockContext::hardirq ? LockUse::used_in_hardirq : LockUse::used_in_softirq);
    return acquisition.read ? static_cast<LockUses>(uses << 1) : uses;
}

} // namespace

u64 HeldLocks::chain_before(unsigned index, LockContext context) const
{
    return index != 0 && locks_[index - 1].context == context ? locks_[index - 1].chain : empty_chain;
}

HeldLocks::Entered HeldLocks::enter(const LockGraph& graph, const Acquisition& acquisition)
{
    if (depth_ == max_depth)
        return {.known = false, .too_deep = true};
    const u64 chain =
        extend(chain_before(depth_, acquisition.context), acquisition.id, acquisition.attempt, acquisition.read);
    locks_[depth_++] = {.lock = acquisition.lock,
                        .place = acquisition.place,
                        .chain = chain,
                        .id = acquisition.id,
                        .context = acquisition.context,
                        .attempt = acquisition.attempt,
                        .read = acquisition.read};
    const LockUses new_uses = uses_of(acquisition) & ~graph.class_at(acquisition.id).uses;
    return {.known = new_uses == 0 && graph.knows_chain(chain), .too_deep = false};
}

std::optional<LockFinding> HeldLocks::check_recursion(const Acquisition& acquisition) const
{
    for (unsigned index = 0; index + 1 < depth_; ++index)
        if (locks_[index].id == acquisition.id && !(locks_[index].read && acquisition.read))
            return LockFinding{.problem = LockProblem::recursion, .taken = acquisition.id, .held = locks_[index].id};
    return {};
}

std::optional<LockFinding> HeldLocks::learn(LockGraph& graph, const Acquisition& acquisition,
                                            const Backtrace& trace) const
{
    for (LockUses uses = uses_of(acquisition); uses != 0; uses &= uses - 1) {
        const auto use = static_cast<LockUse>(std::countr_zero(uses));
        if (graph.has_use(acquisition.id, use))
            continue;
        if (auto finding = graph.add_use(acquisition.id, use, trace))
            return finding;
    }
    const HeldLock& taken = locks_[depth_ - 1];
    if (!acquisition.attempt) {
        if (auto finding = check_recursion(acquisition))
            return finding;
        // What is held before the last one that was waited for comes before that, which the graph knows already.
        for (unsigned index = depth_ - 1; index-- != 0 && locks_[index].context == taken.context;) {
            if (locks_[index].id != taken.id)
                if (auto finding = graph.add_dependency(locks_[index].id, taken.id, trace))
                    return finding;
            if (!locks_[index].attempt)
                break;
        }
    }
    graph.add_chain(taken.chain);
    return {};
}

bool HeldLocks::leave(const void* lock)
{
    unsigned index = depth_;
    while (index != 0 && locks_[index - 1].lock != lock)
        --index;
    if (index == 0)
        return false;
    // What was taken after it is held without it from now on.
    for (; index < depth_; ++index) {
        HeldLock& moved = locks_[index - 1];
        moved = locks_[index];
        moved.chain = extend(chain_before(index - 1, moved.context), moved.id, moved.attempt, moved.read);
    }
    --depth_;
    return true;
}

bool HeldLocks::holds(const void* lock) const
{
    for (unsigned index = 0; index < depth_; ++index)
        if (locks_[index].lock == lock)
            return true;
    return false;
}

} // namespace kernel::debug
