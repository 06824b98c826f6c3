#include "kernel/fs/cpio.hpp"

#include <cstdlib>

/// The guest's reader of initramfs archives: whatever it gives lies within the archive, and it comes to an end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto archive = std::as_bytes(std::span{data, size});
    kernel::fs::CpioReader reader{archive};
    kernel::fs::CpioEntry entry;
    for (u64 last = 0;; last = reader.offset()) {
        const auto more = reader.next(entry);
        if (!more || !more.value())
            return 0;
        const bool inside = entry.data.empty() || (entry.data.data() >= archive.data() &&
                                                   entry.data.data() + entry.data.size() <= archive.data() + size);
        if (!inside || entry.name.find('\0') != std::string_view::npos || reader.offset() <= last)
            std::abort();
    }
}
