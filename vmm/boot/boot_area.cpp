#include "vmm/boot/boot_area.hpp"

namespace vitrine {

BootArea::BootArea(Placement& placement, const PlacementWish& wish)
    : memory_{placement.memory()}, next_{placement.place(wish)}, end_{next_ + wish.size}
{}

BootArea::BootArea(Placement& placement, Bytes size, GuestAddress lowest)
    : BootArea{placement, {.what = "the boot protocol's structures", .size = size, .lowest = lowest}}
{}

GuestAddress BootArea::reserve(Bytes size)
{
    const GuestAddress place = next_;
    next_ = next_ + room_for(size.value);
    if (next_ > end_)
        throw GuestMemoryError{place, size};
    return place;
}

GuestAddress BootArea::put(std::span<const std::byte> bytes)
{
    const GuestAddress place = reserve(Bytes{bytes.size()});
    memory_.write(place, bytes);
    return place;
}

GuestAddress BootArea::put_text(std::string_view text)
{
    const GuestAddress place = reserve(Bytes{text.size() + 1});
    memory_.write(place, std::as_bytes(std::span{text}));
    return place;
}

} // namespace vitrine
