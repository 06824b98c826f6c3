#include "kernel/sched/fair_queue.hpp"

#include <algorithm>
#include <utility>

namespace kernel::sched {
namespace {

/// On a clock that wraps around.
u64 later(u64 left, u64 right) { return static_cast<i64>(left - right) > 0 ? left : right; }

} // namespace

/// Who slept may be half a latency behind the others and no more: soon served, but not for the time it slept. Who is
/// new waits for a turn first, or else a task could have more by having children.
void FairQueue::place(FairEntity& entity, Enqueue why) const
{
    if (entity.members == nullptr)
        entity.vruntime += min_vruntime_;
    switch (why) {
    case Enqueue::wakeup: entity.vruntime = later(entity.vruntime, min_vruntime_ - target_latency / 2); break;
    case Enqueue::created:
        if (count_ != 1)
            entity.vruntime = min_vruntime_ + on_virtual_clock(slice(entity), entity.weight);
        break;
    case Enqueue::moved: break;
    }
}

void FairQueue::add(FairEntity& entity, Enqueue why)
{
    weight_ += entity.weight;
    ++count_;
    place(entity, why);
    entity.queued = true;
    tree_.insert(entity);
}

void FairQueue::remove(FairEntity& entity)
{
    tree_.erase(tree_.iterator_to(entity));
    entity.queued = false;
    if (entity.members == nullptr)
        entity.vruntime -= min_vruntime_;
    weight_ -= entity.weight;
    --count_;
}

FairEntity* FairQueue::take_first()
{
    if (tree_.empty())
        return nullptr;
    auto first = tree_.begin();
    if (std::exchange(skipped_, nullptr) == &*first && std::next(first) != tree_.end())
        ++first;
    FairEntity& taken = *first;
    tree_.erase(first);
    taken.ran = 0;
    current_ = &taken;
    return &taken;
}

void FairQueue::put_current() { tree_.insert(*std::exchange(current_, nullptr)); }

void FairQueue::drop_current()
{
    FairEntity& left = *std::exchange(current_, nullptr);
    left.queued = false;
    weight_ -= left.weight;
    --count_;
}

void FairQueue::resume(FairEntity& entity)
{
    if (entity.queued && current_ == &entity)
        return;
    if (!entity.queued)
        add(entity, Enqueue::moved);
    tree_.erase(tree_.iterator_to(entity));
    current_ = &entity;
}

void FairQueue::update_min_vruntime()
{
    u64 least = current_->vruntime;
    if (!tree_.empty() && static_cast<i64>(tree_.begin()->vruntime - least) < 0)
        least = tree_.begin()->vruntime;
    min_vruntime_ = later(min_vruntime_, least);
}

void FairQueue::account(u64 ran)
{
    current_->ran += ran;
    current_->vruntime += on_virtual_clock(ran, current_->weight);
    update_min_vruntime();
}

u64 FairQueue::slice(const FairEntity& entity) const
{
    const u64 period = std::max<u64>(target_latency, count_ * min_granularity);
    return weight_ == 0 ? period : period * entity.weight / weight_;
}

bool FairQueue::turn_is_over() const
{
    if (tree_.empty())
        return false;
    const u64 turn = slice(*current_);
    if (current_->ran > turn)
        return true;
    if (current_->ran < min_granularity)
        return false;
    return static_cast<i64>(current_->vruntime - tree_.begin()->vruntime) > static_cast<i64>(turn);
}

bool FairQueue::should_preempt(const FairEntity& woken) const
{
    const i64 lead = static_cast<i64>(current_->vruntime - woken.vruntime);
    return lead > static_cast<i64>(on_virtual_clock(wakeup_granularity, woken.weight));
}

} // namespace kernel::sched
