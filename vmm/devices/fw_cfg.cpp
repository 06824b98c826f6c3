#include "vmm/devices/fw_cfg.hpp"

#include "vmm/devices/little_endian.hpp"

#include <span>

namespace vitrine {

namespace {

enum Item : std::uint16_t {
    item_signature = 0x00,
    item_id = 0x01,
    item_ram_size = 0x03,
    item_cpu_count = 0x05,
    item_max_cpu_count = 0x0f,
    item_file_directory = 0x19,
};

constexpr std::uint32_t signature = 0x554d'4551; ///< "QEMU"
constexpr std::uint32_t port_interface_only = 1; ///< the id's bit 1 would promise DMA

template <typename Number>
std::vector<std::byte> item(Number value)
{
    std::vector<std::byte> bytes(sizeof value);
    store_little_endian(bytes, value);
    return bytes;
}

} // namespace

FwCfg::FwCfg(unsigned cpus, Bytes memory)
{
    items_[item_signature] = item(signature);
    items_[item_id] = item(port_interface_only);
    items_[item_ram_size] = item(memory.value);
    items_[item_cpu_count] = item(static_cast<std::uint16_t>(cpus));
    items_[item_max_cpu_count] = item(static_cast<std::uint16_t>(cpus));
    items_[item_file_directory] = item(std::uint32_t{0}); // a count of zero files
}

void FwCfg::read(std::uint64_t offset, std::span<std::byte> data)
{
    if (offset != 1 || data.empty())
        return;
    const std::lock_guard lock{mutex_};
    const auto found = items_.find(selected_);
    const bool inside = found != items_.end() && position_ < found->second.size();
    data[0] = inside ? found->second[position_++] : std::byte{0};
}

void FwCfg::write(std::uint64_t offset, std::span<const std::byte> data)
{
    if (offset != 0 || data.size() != 2)
        return;
    const std::lock_guard lock{mutex_};
    selected_ = static_cast<std::uint16_t>(load_little_endian(data));
    position_ = 0;
}

} // namespace vitrine
