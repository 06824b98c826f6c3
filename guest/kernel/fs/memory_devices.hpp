#pragma once

#include "kernel/fs/device.hpp"

namespace kernel::fs {

/// null(4): reads as empty, swallows what is written.
class NullDevice final : public CharacterDevice {
public:
    bool ignores_seeks() const override { return true; }
    Result<u64> read(u64, Sink&) override { return u64{0}; }
    Result<u64> write(u64 count, Source&) override { return count; }
};

/// zero(4): endless zeros.
class ZeroDevice final : public CharacterDevice {
public:
    bool ignores_seeks() const override { return true; }
    Result<u64> read(u64 count, Sink& sink) override
    {
        TRY(sink.put_zeros(0, count));
        return count;
    }
    Result<u64> write(u64 count, Source&) override { return count; }
};

/// full(4): /dev/zero on a disk that is full.
class FullDevice final : public CharacterDevice {
public:
    bool ignores_seeks() const override { return true; }
    Result<u64> read(u64 count, Sink& sink) override
    {
        TRY(sink.put_zeros(0, count));
        return count;
    }
    Result<u64> write(u64 count, Source&) override
    {
        if (count != 0)
            return Errno::enospc;
        return u64{0};
    }
};

} // namespace kernel::fs
