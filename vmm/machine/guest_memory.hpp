#pragma once

#include "vmm/machine/address.hpp"

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace vitrine {

/// An access to guest-physical memory that is not (wholly) RAM.
class GuestMemoryError : public std::out_of_range {
public:
    GuestMemoryError(GuestAddress address, Bytes size);
    GuestAddress address() const { return address_; }
    Bytes size() const { return size_; }

private:
    GuestAddress address_;
    Bytes size_;
};

enum class MemoryBacking { anonymous, memfd };

struct GuestMemoryOptions {
    Bytes size;
    MemoryBacking backing = MemoryBacking::anonymous;
    bool huge_pages = false; ///< ask for 2 MiB pages (transparent for anonymous memory, hugetlbfs for memfd)
};

/// What is copied to and from guest memory as it lies in ours. A span is not: its bytes are meant.
template <typename T>
concept GuestValue = std::is_trivially_copyable_v<T> && !std::is_convertible_v<const T&, std::span<const std::byte>>;

/// The guest's RAM, and the only way to it: every access is checked here against the regions that exist. RAM lies from
/// 0 up to the PCI hole at 3 GiB and continues at 4 GiB, as on a PC.
///
/// The guest writes this memory while we read it. Copy what you check: read a structure once into a local of yours,
/// then validate the copy. Safe to use from any thread; the regions never change after construction.
class GuestMemory {
public:
    static constexpr GuestAddress hole_begin{0xc000'0000};
    static constexpr GuestAddress hole_end{0x1'0000'0000};

    struct Region {
        GuestAddress base;
        std::span<std::byte> host;
    };

    /// Throws std::system_error when the host has not enough memory (or huge pages), std::invalid_argument when the
    /// size is 0 or not a multiple of the page size.
    explicit GuestMemory(const GuestMemoryOptions& options);
    ~GuestMemory();
    GuestMemory(const GuestMemory&) = delete;
    GuestMemory& operator=(const GuestMemory&) = delete;

    Bytes size() const { return size_; }
    /// For KVM's memory slots alone.
    std::span<const Region> regions() const { return regions_; }

    bool contains(GuestAddress address, Bytes size) const { return find(address, size).has_value(); }

    /// The host's view of [address, address + size). Throws GuestMemoryError unless all of it is RAM in one region.
    std::span<std::byte> span(GuestAddress address, Bytes size) const;
    /// The same, with nothing instead of an exception.
    std::optional<std::span<std::byte>> find(GuestAddress address, Bytes size) const;

    /// Copies; throw GuestMemoryError.
    void read(GuestAddress address, std::span<std::byte> out) const;
    void write(GuestAddress address, std::span<const std::byte> in) const;
    void fill(GuestAddress address, Bytes size, std::byte value) const;

    template <GuestValue T>
    T read(GuestAddress address) const
    {
        T value;
        read(address, std::as_writable_bytes(std::span{&value, 1}));
        return value;
    }
    template <GuestValue T>
    void write(GuestAddress address, const T& value) const
    {
        write(address, std::as_bytes(std::span{&value, 1}));
    }

    /// Accesses to a word that the guest shares with us, ordered against what is around them. Throw GuestMemoryError
    /// when the word is not RAM or not naturally aligned.
    template <std::unsigned_integral T>
    T load_acquire(GuestAddress address) const
    {
        return word<T>(address).load(std::memory_order_acquire);
    }
    template <std::unsigned_integral T>
    void store_release(GuestAddress address, T value) const
    {
        word<T>(address).store(value, std::memory_order_release);
    }

private:
    template <typename T>
    std::atomic_ref<T> word(GuestAddress address) const
    {
        if (address.value % sizeof(T) != 0)
            throw GuestMemoryError{address, Bytes{sizeof(T)}};
        // Regions begin on host pages, so what is aligned for the guest is aligned for us.
        return std::atomic_ref<T>{*reinterpret_cast<T*>(span(address, Bytes{sizeof(T)}).data())};
    }

    Bytes size_;
    std::vector<Region> regions_;
};

} // namespace vitrine
