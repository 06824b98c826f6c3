#pragma once

#include "vmm/machine/machine.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include <unistd.h>

/// Declares a guest of flat_guests.S.
#define FLAT_GUEST(name)                                                                                               \
    extern "C" const char guest_##name[];                                                                              \
    extern "C" const char guest_##name##_end[];                                                                        \
    inline const std::span<const char> name { guest_##name, guest_##name##_end }

namespace vitrine {

FLAT_GUEST(exits);
FLAT_GUEST(debug_exits);
FLAT_GUEST(prints);
FLAT_GUEST(many_exits);
FLAT_GUEST(reads_ones);
FLAT_GUEST(touches_many_ports);
FLAT_GUEST(writes_forever);
FLAT_GUEST(prints_forever);
FLAT_GUEST(spins);
FLAT_GUEST(halts);
FLAT_GUEST(halts_for_ever);
FLAT_GUEST(triple_faults);
FLAT_GUEST(reads_unknown_msr);
FLAT_GUEST(runs_long_mode);
FLAT_GUEST(changes_its_priority);
FLAT_GUEST(starts_others);

/// An image file with a flat guest, and the config that boots it. The file goes with this.
class FlatGuest {
public:
    explicit FlatGuest(std::span<const char> code, CpuMode mode = CpuMode::real16)
    {
        const int fd = ::mkstemp(path_.data());
        ::close(fd);
        std::ofstream{path_, std::ios::binary}.write(code.data(), static_cast<std::streamsize>(code.size()));
        config.kernel = path_;
        config.protocol = BootProtocol::flat;
        config.flat.mode = mode;
        config.memory.size = Bytes{16 << 20};
        config.irqchip = IrqChip::none;
    }
    ~FlatGuest() { std::filesystem::remove(path_); }
    FlatGuest(const FlatGuest&) = delete;
    FlatGuest& operator=(const FlatGuest&) = delete;

    Outcome run()
    {
        Machine machine{config, {}};
        Outcome outcome = machine.run();
        statistics = machine.exit_statistics();
        return outcome;
    }

    MachineConfig config;
    ExitStatistics statistics; ///< of the last run()

private:
    std::string path_ = std::filesystem::temp_directory_path() / "flat-guest-XXXXXX";
};

} // namespace vitrine
