#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

#include <cstddef>
#include <span>

namespace kernel::fs {

/// Where the bytes of a read go: user memory, as a rule. `at` counts from the beginning of the transfer. EFAULT.
class Sink {
public:
    virtual Result<void> put(u64 at, std::span<const std::byte> bytes) = 0;
    virtual Result<void> put_zeros(u64 at, u64 count) = 0;

protected:
    ~Sink() = default;
};

/// Where the bytes of a write come from. EFAULT.
class Source {
public:
    virtual Result<void> get(u64 at, std::span<std::byte> bytes) = 0;

protected:
    ~Source() = default;
};

/// Kernel memory as a sink: `at` must lie within it.
class KernelSink final : public Sink {
public:
    explicit KernelSink(std::span<std::byte> memory) : memory_{memory} {}

    Result<void> put(u64 at, std::span<const std::byte> bytes) override
    {
        __builtin_memcpy(memory_.data() + at, bytes.data(), bytes.size());
        return {};
    }
    Result<void> put_zeros(u64 at, u64 count) override
    {
        __builtin_memset(memory_.data() + at, 0, count);
        return {};
    }

private:
    std::span<std::byte> memory_;
};

} // namespace kernel::fs
