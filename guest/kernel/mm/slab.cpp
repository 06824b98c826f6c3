#include "kernel/mm/slab.hpp"

#include "arch/paging.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/printk.hpp"

namespace kernel::mm {
namespace {

/// What is in an object while it is free. The tag tells most objects that are free already from those in use.
struct FreeObject {
    void* next;
    u64 tag;
};

u64 tag_of(const void* object) { return reinterpret_cast<u64>(object) ^ 0xf9ee'0b1e'c7f9'ee0b; }

[[noreturn]] void bad_free(const char* why, const void* pointer)
{
    FormatBuffer<96> message;
    format_to(message, "kfree: {}: {}", why, pointer);
    panic(message.view());
}

u64 offset_in_page(const void* pointer) { return reinterpret_cast<u64>(pointer) & page_mask; }

} // namespace

void* Cache::allocate()
{
    return state_.with([&](State& state) -> void* {
        if ((state.active == nullptr || state.active->slab.in_use == capacity_) && !find_active(state))
            return nullptr;
        Page::Slab& slab = state.active->slab;
        ++slab.in_use;
        ++state.counts.objects;
        if (slab.free_objects == nullptr)
            return arch::direct_map<char>(address_of(*state.active)) + std::size_t{slab.fresh++} * object_size_;
        auto* const object = static_cast<FreeObject*>(slab.free_objects);
        slab.free_objects = object->next;
        object->tag = 0;
        return object;
    });
}

/// Puts a slab with free objects in the place of the active one, which is full.
bool Cache::find_active(State& state)
{
    if (!state.constructed) {
        state.partial.construct();
        state.constructed = true;
    }
    if (!state.partial->empty()) {
        state.active = &state.partial->front();
        state.partial->pop_front();
        return true;
    }
    const auto memory = alloc_page();
    if (!memory)
        return false;
    state.active = &page_of(memory.value());
    state.active->use = PageUse::slab;
    state.active->slab = {.cache = this, .free_objects = nullptr, .in_use = 0, .fresh = 0};
    ++state.counts.slabs;
    return true;
}

void Cache::free(void* pointer, Page& page)
{
    const bool slab_is_empty = state_.with([&](State& state) {
        check_object(pointer, page);
        auto* const object = static_cast<FreeObject*>(pointer);
        object->next = page.slab.free_objects;
        object->tag = tag_of(object);
        page.slab.free_objects = object;
        const bool was_full = page.slab.in_use-- == capacity_;
        --state.counts.objects;
        if (&page == state.active)
            return false;
        if (was_full)
            state.partial->push_front(page);
        if (page.slab.in_use != 0)
            return false;
        state.partial->erase(Slabs::s_iterator_to(page));
        --state.counts.slabs;
        page.use = PageUse::allocated;
        return true;
    });
    if (slab_is_empty)
        free_page(address_of(page));
}

void Cache::check_object(const void* pointer, const Page& page) const
{
    const u64 index = offset_in_page(pointer) / object_size_;
    if (offset_in_page(pointer) % object_size_ != 0 || index >= page.slab.fresh)
        bad_free("not the beginning of an object", pointer);
    if (static_cast<const FreeObject*>(pointer)->tag != tag_of(pointer))
        return;
    for (const void* object = page.slab.free_objects; object != nullptr;
         object = static_cast<const FreeObject*>(object)->next) {
        if (object == pointer)
            bad_free("double free", pointer);
    }
}

Cache::Counts Cache::counts()
{
    return state_.with([](const State& state) { return state.counts; });
}

} // namespace kernel::mm
