// Bandwidth of the kernel's memory: what it copies and clears for its users.
#include "arch/clock.hpp"
#include "kernel/bench/bench.hpp"
#include "kernel/mm/heap.hpp"

#include <cstring>

namespace kernel::bench {
namespace {

/// Two blocks that stay: the measurement is of memory that is mapped and in the caches.
struct Blocks {
    void* from = mm::kmalloc(memory_block);
    void* to = mm::kmalloc(memory_block);

    ~Blocks()
    {
        mm::kfree(from);
        mm::kfree(to);
    }
    Blocks() = default;
    Blocks(const Blocks&) = delete;
    Blocks& operator=(const Blocks&) = delete;

    explicit operator bool() const { return from != nullptr && to != nullptr; }
};

template <typename Operation>
Measured measure(u64 count, Operation&& operation)
{
    const Blocks blocks;
    if (!blocks)
        return {};
    operation(blocks); // the first touch of a page costs its own
    const u64 begin = arch::monotonic_nanoseconds();
    for (u64 i = 0; i < count; ++i) {
        operation(blocks);
        asm volatile("" ::: "memory"); // each of them is done
    }
    return {arch::monotonic_nanoseconds() - begin, count};
}

} // namespace

Measured copy_memory(u64 count)
{
    return measure(count, [](const Blocks& blocks) { std::memcpy(blocks.to, blocks.from, memory_block); });
}

Measured fill_memory(u64 count)
{
    return measure(count, [](const Blocks& blocks) { std::memset(blocks.to, 0, memory_block); });
}

} // namespace kernel::bench
