#include "tests/fuzz/load_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    vitrine::MachineConfig config;
    config.protocol = vitrine::BootProtocol::linux64;
    vitrine::fuzz::load(vitrine::fuzz::view_of(data, size), config);
    return 0;
}
