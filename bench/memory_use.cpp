#include "bench/memory_use.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace bench {

MemoryUse memory_beyond_guest(pid_t process, std::size_t guest_ram)
{
    std::ifstream smaps{"/proc/" + std::to_string(process) + "/smaps"};
    MemoryUse use;
    bool is_guest = false;
    bool guest_seen = false;
    for (std::string line; std::getline(smaps, line);) {
        std::istringstream words{line};
        std::string key;
        std::size_t kib = 0;
        if (!(words >> key >> kib))
            continue;
        if (key == "Size:")
            guest_seen |= is_guest = kib * 1024 >= guest_ram;
        else if (key == "Rss:" && !is_guest)
            use.resident_mib += static_cast<double>(kib) / 1024;
        else if (key == "Pss:" && !is_guest)
            use.proportional_mib += static_cast<double>(kib) / 1024;
    }
    if (!guest_seen)
        throw std::runtime_error{"no mapping of process " + std::to_string(process) +
                                 " is as large as the guest's RAM"};
    return use;
}

} // namespace bench
