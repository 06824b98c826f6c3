#include "kernel/debug/lock_graph.hpp"

#include <bit>

namespace kernel::debug {
namespace {

constexpr u64 golden_ratio = 0x9e37'79b9'7f4a'7c15;

std::size_t hash(const LockKey& key)
{
    const u64 mixed = reinterpret_cast<u64>(key.key) ^ u64 { key.line } << 48 ^ u64 { key.subclass } << 60;
    return mixed * golden_ratio >> 32;
}

LockUse first_of(LockUses uses) { return static_cast<LockUse>(std::countr_zero(uses)); }

constexpr LockUses all_used_in = bit_of(LockUse::used_in_hardirq) | bit_of(LockUse::used_in_hardirq_read) |
                                 bit_of(LockUse::used_in_softirq) | bit_of(LockUse::used_in_softirq_read);

} // namespace

LockUses contradictions_of(LockUse use)
{
    switch (use) {
    case LockUse::used_in_hardirq: return bit_of(LockUse::enabled_hardirq) | bit_of(LockUse::enabled_hardirq_read);
    case LockUse::used_in_hardirq_read: return bit_of(LockUse::enabled_hardirq);
    case LockUse::enabled_hardirq: return bit_of(LockUse::used_in_hardirq) | bit_of(LockUse::used_in_hardirq_read);
    case LockUse::enabled_hardirq_read: return bit_of(LockUse::used_in_hardirq);
    case LockUse::used_in_softirq: return bit_of(LockUse::enabled_softirq) | bit_of(LockUse::enabled_softirq_read);
    case LockUse::used_in_softirq_read: return bit_of(LockUse::enabled_softirq);
    case LockUse::enabled_softirq: return bit_of(LockUse::used_in_softirq) | bit_of(LockUse::used_in_softirq_read);
    case LockUse::enabled_softirq_read: return bit_of(LockUse::used_in_softirq);
    case LockUse::count: break;
    }
    return 0;
}

ClassId LockGraph::find_class(const LockKey& key) const
{
    for (std::size_t slot = hash(key);; ++slot) {
        const ClassId id = __atomic_load_n(&class_table_[slot % class_table_.size()], __ATOMIC_ACQUIRE);
        if (id == 0 || classes_[id].key == key)
            return id;
    }
}

ClassId LockGraph::add_class(const LockKey& key, std::string_view name)
{
    if (class_count_ + 1 == max_classes) {
        full_ = true;
        return 0;
    }
    const auto id = static_cast<ClassId>(++class_count_);
    classes_[id].key = key;
    classes_[id].name = name;
    std::size_t slot = hash(key);
    while (class_table_[slot % class_table_.size()] != 0)
        ++slot;
    // Release, with the acquire of find_class on any CPU: it sees the key.
    __atomic_store_n(&class_table_[slot % class_table_.size()], id, __ATOMIC_RELEASE);
    return id;
}

bool LockGraph::knows_chain(u64 chain) const
{
    for (std::size_t slot = chain;; ++slot) {
        const u64 known = __atomic_load_n(&chains_[slot % max_chains], __ATOMIC_RELAXED);
        if (known == chain)
            return true;
        if (known == 0)
            return false;
    }
}

void LockGraph::add_chain(u64 chain)
{
    if (chain == 0 || knows_chain(chain))
        return;
    if (chain_count_ + 1 >= max_chains * 3 / 4) {
        full_ = true; // chains not remembered are looked at again each time
        return;
    }
    ++chain_count_;
    std::size_t slot = chain;
    while (chains_[slot % max_chains] != 0)
        ++slot;
    __atomic_store_n(&chains_[slot % max_chains], chain, __ATOMIC_RELAXED);
}

bool LockGraph::has_edge(ClassId from, ClassId to) const
{
    for (EdgeId edge = classes_[from].first_forward; edge != 0; edge = edges_[edge].next_forward)
        if (edges_[edge].to == to)
            return true;
    return false;
}

u32 LockGraph::store(const Backtrace& trace)
{
    if (trace_count_ + 1 == max_traces)
        return 0; // the empty one
    traces_[++trace_count_] = trace;
    return trace_count_;
}

LockUses LockGraph::reach(ClassId start, Direction direction)
{
    ++search_;
    reached_[start] = search_;
    came_by_[start] = 0;
    queue_[0] = start;
    reached_count_ = 1;
    LockUses uses = 0;
    const bool forward = direction == Direction::forward;
    for (unsigned next = 0; next < reached_count_; ++next) {
        const Class& here = classes_[queue_[next]];
        uses |= here.uses;
        for (EdgeId id = forward ? here.first_forward : here.first_backward; id != 0;) {
            const Edge& edge = edges_[id];
            const ClassId there = forward ? edge.to : edge.from;
            if (!was_reached(there)) {
                reached_[there] = search_;
                came_by_[there] = id;
                queue_[reached_count_++] = there;
            }
            id = forward ? edge.next_forward : edge.next_backward;
        }
    }
    return uses;
}

ClassId LockGraph::reached_with(LockUses uses) const
{
    for (unsigned index = 0; index < reached_count_; ++index)
        if ((classes_[queue_[index]].uses & uses) != 0)
            return queue_[index];
    return 0;
}

LockFinding LockGraph::circle(ClassId from, ClassId to) const
{
    LockFinding finding{.problem = LockProblem::circular, .taken = to, .held = from};
    unsigned length = 0;
    for (ClassId at = from; at != to; at = edges_[came_by_[at]].from)
        ++length;
    finding.path_length = length < finding.path.size() ? length : static_cast<unsigned>(finding.path.size());
    unsigned index = length;
    for (ClassId at = from; at != to; at = edges_[came_by_[at]].from)
        if (--index < finding.path.size())
            finding.path[index] = came_by_[at];
    return finding;
}

LockFinding LockGraph::inversion(ClassId from, ClassId to, LockUse use, LockUse other_use)
{
    LockFinding finding{
        .problem = LockProblem::irq_inversion, .taken = to, .held = from, .use = use, .other_use = other_use};
    reach(from, Direction::backward);
    finding.safe = reached_with(bit_of(use));
    reach(to, Direction::forward);
    finding.unsafe = reached_with(bit_of(other_use));
    return finding;
}

/// `before`: all uses of `from` and of what it is taken inside of; `after`: of `to` and what is taken inside of it.
std::optional<LockFinding> LockGraph::check_interrupts(ClassId from, ClassId to, LockUses before, LockUses after)
{
    for (LockUses rest = before & all_used_in; rest != 0; rest &= rest - 1) {
        const LockUse use = first_of(rest);
        if (const LockUses against = contradictions_of(use) & after; against != 0)
            return inversion(from, to, use, first_of(against));
    }
    return {};
}

std::optional<LockFinding> LockGraph::add_dependency(ClassId from, ClassId to, const Backtrace& trace)
{
    if (has_edge(from, to))
        return {};
    const LockUses after = reach(to, Direction::forward);
    if (was_reached(from))
        return circle(from, to);
    const LockUses before = reach(from, Direction::backward);
    if (auto finding = check_interrupts(from, to, before, after))
        return finding;
    if (edge_count_ + 1 == max_edges) {
        full_ = true;
        return {};
    }
    const auto id = static_cast<EdgeId>(++edge_count_);
    edges_[id] = {.from = from,
                  .to = to,
                  .next_forward = classes_[from].first_forward,
                  .next_backward = classes_[to].first_backward,
                  .trace = store(trace)};
    classes_[from].first_forward = id;
    classes_[to].first_backward = id;
    return {};
}

std::optional<LockFinding> LockGraph::add_use(ClassId id, LockUse use, const Backtrace& trace)
{
    Class& used = classes_[id];
    const LockUses against = contradictions_of(use);
    if ((used.uses & against) != 0) {
        const LockUse other_use = first_of(used.uses & against);
        return LockFinding{.problem = LockProblem::inconsistent_use,
                           .taken = id,
                           .use = use,
                           .other_use = other_use,
                           .safe = id,
                           .unsafe = id};
    }
    used.uses |= bit_of(use);
    used.use_traces[static_cast<unsigned>(use)] = store(trace);

    const bool in_interrupts = (bit_of(use) & all_used_in) != 0;
    const LockUses met = reach(id, in_interrupts ? Direction::forward : Direction::backward) & against;
    if (met == 0)
        return {};
    const ClassId other = reached_with(met);
    LockFinding finding{.problem = LockProblem::irq_inversion, .taken = id, .use = use, .other_use = first_of(met)};
    finding.safe = in_interrupts ? id : other;
    finding.unsafe = in_interrupts ? other : id;
    if (!in_interrupts)
        std::swap(finding.use, finding.other_use);
    return finding;
}

} // namespace kernel::debug
