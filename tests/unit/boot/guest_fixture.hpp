#pragma once

#include "test_images.hpp"

#include "vmm/boot/protocols.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vitrine::test {

/// A guest to load images into, without a VM.
struct GuestFixture {
    MachineConfig config;
    MachineFacts facts;
    GuestMemory memory;

    explicit GuestFixture(Bytes size = Bytes{32 << 20}) : memory{{.size = size}}
    {
        config.memory.size = size;
        config.kernel = "test-image";
    }

    LoadedGuest load(const Image& image) { return load_image(config, view_of(image), memory, facts); }

    std::string text_at(std::uint64_t address, std::uint64_t size) const
    {
        const auto bytes = memory.span(GuestAddress{address}, Bytes{size});
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    /// Up to the NUL.
    std::string string_at(std::uint64_t address) const
    {
        const std::string text = text_at(address, 4096);
        return text.substr(0, text.find('\0'));
    }
};

/// The message of the ImageError that `action` throws; a failure when it throws none.
template <typename Action>
std::string image_error(Action action)
{
    try {
        action();
    } catch (const ImageError& error) {
        return error.what();
    }
    ADD_FAILURE() << "no ImageError";
    return {};
}

/// Ranges as the contract has them: whole pages, sorted, disjoint, all RAM.
void expect_sound(const std::vector<abi::MemoryRange>& map, Bytes ram);

/// The type of the range that holds `address`.
abi::MemoryType type_at(const std::vector<abi::MemoryRange>& map, std::uint64_t address);

} // namespace vitrine::test
