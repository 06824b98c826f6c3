#include "kernel/mm/page_source.hpp"

#include "kernel/mm/address_space.hpp"

#include <iterator>

namespace kernel::mm {

void PageSource::add_user(SourceUser& user)
{
    users_.with([&](Users& users) { users.push_front(user); });
}

void PageSource::remove_user(SourceUser& user)
{
    users_.with([&](Users& users) { users.erase(Users::s_iterator_to(user)); });
}

/// Goes on to the next mapping behind `reached`; null at the end. An address space whose last reference is gone already
/// is about to unmap everything itself.
Ref<AddressSpace> PageSource::next_space(SourceUser& reached)
{
    return users_.with([&](Users& users) -> Ref<AddressSpace> {
        auto next = std::next(Users::s_iterator_to(reached));
        while (next != users.end()) {
            auto found = Ref<AddressSpace>::try_share(next->space);
            ++next;
            if (!found)
                continue;
            users.erase(Users::s_iterator_to(reached));
            users.insert(next, reached);
            return found;
        }
        return {};
    });
}

void PageSource::unmap_everywhere(u64 begin, u64 end)
{
    SourceUser reached;
    add_user(reached);
    Ref<AddressSpace> last;
    while (Ref<AddressSpace> space = next_space(reached)) {
        if (space.get() != last.get())
            space->drop_source_pages(*this, begin, end);
        last = std::move(space);
    }
    remove_user(reached);
}

} // namespace kernel::mm
