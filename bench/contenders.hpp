#pragma once

#include "bench/contender.hpp"

#include <cstddef>
#include <string>

/// The VMMs that are compared, and how each is told to run a guest of bench/guests or a config.
namespace bench {

inline constexpr std::size_t guest_ram = 128U << 20;

/// A flat guest on the bare loop; `irqchip`: with KVM's in-kernel interrupt controllers.
Contender bare_loop(const std::string& guest, bool irqchip);

/// A guest of bench/configs on vitrine, with irqchip "none", "kernel" or "split".
Contender vitrine(const std::string& guest, const std::string& irqchip);

/// An ELF guest on QEMU's microvm. `accelerator`: "kvm" or "tcg".
Contender qemu(const std::string& guest, const std::string& accelerator);

/// configs/hello.json on vitrine.
Contender vitrine_hello();

/// The same kernel, initramfs and command line on QEMU's microvm, as `vitrine qemu` puts it. `scratch`: a file for the
/// initramfs. Throws std::runtime_error when `vitrine qemu` fails.
Contender qemu_hello(const std::string& accelerator, const std::string& scratch);

} // namespace bench
