#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// A device that answers at ports or MMIO addresses. `offset` counts from the start of the range it was attached at;
/// `data` has 1, 2, 4 or 8 bytes, and offset + data.size() stays within the range.
/// Called on vCPU threads, several at once: a device locks what it changes. It must not throw, block, or trust the
/// guest.
class BusDevice {
public:
    virtual ~BusDevice() = default;
    virtual std::string_view name() const = 0;
    /// Fills `data`; a device that has nothing there leaves it as it is (all ones).
    virtual void read(std::uint64_t offset, std::span<std::byte> data) = 0;
    virtual void write(std::uint64_t offset, std::span<const std::byte> data) = 0;
};

/// An address range of a bus and who answers there.
struct BusRange {
    std::uint64_t base;
    std::uint64_t size;
    BusDevice* device; ///< not owned; outlives the bus
};

/// The port or the MMIO address space. Built before the first vCPU starts, read-only after: dispatch takes no lock.
class Bus {
public:
    /// Throws std::invalid_argument, naming both devices, when the range is taken.
    void attach(std::uint64_t base, std::uint64_t size, BusDevice& device);

    /// The range that holds all of [address, address + size), or nothing.
    const BusRange* find(std::uint64_t address, std::size_t size) const;

    /// Reads of unclaimed addresses give all ones; writes to them vanish.
    void read(std::uint64_t address, std::span<std::byte> data) const;
    void write(std::uint64_t address, std::span<const std::byte> data) const;

    std::span<const BusRange> ranges() const { return ranges_; }

private:
    std::vector<BusRange> ranges_; ///< sorted by base
};

} // namespace vitrine
