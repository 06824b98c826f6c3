#include "kernel/printk.hpp"

#include "tests/unit/guest/fake/machine.hpp"

namespace kernel {
void panic(std::string_view message) { throw fake::Panic{std::string{message}}; }
} // namespace kernel
