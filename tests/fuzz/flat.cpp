#include "tests/fuzz/load_input.hpp"

#include <cstring>

/// The first bytes choose mode, address and entry; the rest is the program.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    struct Choice {
        std::uint64_t address, entry;
        std::uint8_t mode;
    } choice;
    if (size < sizeof choice)
        return 0;
    std::memcpy(&choice, data, sizeof choice);
    vitrine::MachineConfig config;
    config.protocol = vitrine::BootProtocol::flat;
    config.flat = {{choice.address}, {choice.entry}, static_cast<vitrine::CpuMode>(choice.mode % 3)};
    vitrine::fuzz::load(vitrine::fuzz::view_of(data + sizeof choice, size - sizeof choice), config);
    return 0;
}
