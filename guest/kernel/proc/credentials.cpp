#include "kernel/proc/credentials.hpp"

#include "kernel/mm/heap.hpp"
#include "kernel/printk.hpp"
#include "kernel/proc/thread.hpp"
#include "lib/late.hpp"

#include <algorithm>

namespace kernel {
namespace {

/// What kernel threads act as, and init begins with.
Late<Ref<Credentials>> root;

} // namespace

Result<Ref<GroupList>> GroupList::with_room_for(u32 count)
{
    auto* const groups = static_cast<u32*>(mm::kmalloc(std::max<u64>(count, 1) * sizeof(u32)));
    if (groups == nullptr)
        return Errno::enomem;
    auto list = make_ref<GroupList>(groups, count);
    if (!list)
        mm::kfree(groups);
    return list;
}

GroupList::~GroupList() { mm::kfree(groups_); }

bool GroupList::contains(u32 group) const { return std::binary_search(groups_, groups_ + count_, group); }

void GroupList::sort() { std::sort(groups_, groups_ + count_); }

void set_up_credentials()
{
    auto credentials = make_ref<Credentials>();
    if (!credentials)
        panic("no memory for root's credentials");
    root.construct(credentials.release());
}

const Credentials& credentials()
{
    const proc::Thread* const thread = Task::current().thread;
    return thread == nullptr ? **root : *thread->credentials;
}

Ref<Credentials> credentials_reference()
{
    const proc::Thread* const thread = Task::current().thread;
    return thread == nullptr ? *root : thread->credentials;
}

} // namespace kernel
