#include "kernel/console.hpp"

#include "kernel/printk.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/locked.hpp"
#include "lib/ring_buffer.hpp"

namespace kernel::console {
namespace {

struct Output {
    void (*write)(std::string_view) = nullptr;
};

struct Input {
    void (*listener)() = nullptr;
    RingBuffer<1024> bytes;
};

constinit Locked<Output, IrqSafe> output;
constinit Locked<Input, IrqSafe> input;
constinit bool without_lock = false; ///< written once, by the CPU that panics

template <typename Function>
void with_output(Function function)
{
    if (without_lock)
        function(output.without_lock());
    else
        output.with(function);
}

} // namespace

void write(std::string_view text)
{
    with_output([&](Output& device) {
        if (device.write != nullptr)
            device.write(text);
    });
}

void write_without_lock() { without_lock = true; }

std::size_t read(std::span<char> to)
{
    return input.with([&](Input& typed) { return typed.bytes.pop(std::as_writable_bytes(to)); });
}

bool readable()
{
    return input.with([](Input& typed) { return !typed.bytes.empty(); });
}

void set_input_listener(void (*listener)())
{
    input.with([&](Input& typed) { typed.listener = listener; });
}

void attach(void (*write)(std::string_view))
{
    with_output([&](Output& device) { device.write = write; });
    replay_log();
}

void receive(char byte)
{
    // What is typed while the buffer is full is lost, as on any terminal.
    auto* const listener = input.with([&](Input& typed) {
        typed.bytes.push(static_cast<std::byte>(byte));
        return typed.listener;
    });
    if (listener != nullptr)
        listener();
}

} // namespace kernel::console
