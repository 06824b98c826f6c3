#pragma once

#include <cstddef>
#include <span>
#include <string_view>

/// The console: where the kernel log and /dev/console meet whatever device there is.
namespace kernel::console {

/// Writes the bytes as they are to the attached device; nothing when there is none yet. Any context.
void write(std::string_view text);

/// Takes what has been typed, up to the size of `to`; 0 when there is nothing. Any context.
std::size_t read(std::span<char> to);
bool readable();
/// Called, in interrupt context, when there is something to read. One listener.
void set_input_listener(void (*listener)());

/// From now on output takes no lock: see log_without_lock.
void write_without_lock();

/// For drivers. Output goes to the device attached last; input comes from all.
void attach(void (*write)(std::string_view));
void receive(char byte);

} // namespace kernel::console
