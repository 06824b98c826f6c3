#include "vmm/boot/load_guest.hpp"

#include "vmm/boot/protocols.hpp"

namespace vitrine {

LoadedGuest load_image(const MachineConfig& config, const ImageView& image, const GuestMemory& memory,
                       const MachineFacts& facts)
{
    Placement placement{memory, image.file()};
    const BootContext context{config, facts, image, placement};
    const BootProtocol protocol = config.protocol == BootProtocol::detect ? detect_protocol(image) : config.protocol;
    switch (protocol) {
    case BootProtocol::vitrine: return load_vitrine(context);
    case BootProtocol::pvh: return load_pvh(context);
    case BootProtocol::linux64: return load_linux64(context);
    case BootProtocol::multiboot: return load_multiboot(context);
    case BootProtocol::flat: return load_flat(context);
    case BootProtocol::detect: break;
    }
    image.fail(0, "no boot protocol was chosen");
}

LoadedGuest load_guest(const MachineConfig& config, const GuestMemory& memory, const MachineFacts& facts)
{
    const ImageFile file{config.kernel};
    return load_image(config, file.view(), memory, facts);
}

} // namespace vitrine
