#include "kernel/console.hpp"

#include "tests/unit/guest/fake/machine.hpp"

#include <utility>

namespace {
std::string written;
} // namespace

namespace fake {
std::string console_output() { return std::exchange(written, {}); }
} // namespace fake

namespace kernel::console {
void write(std::string_view text) { written += text; }
} // namespace kernel::console
