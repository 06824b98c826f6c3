#pragma once

#include "kernel/fs/file.hpp"
#include "tests/unit/guest/fake/machine.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <string>

namespace test {

/// Receives a read; like user memory, it may end somewhere.
class TextSink final : public kernel::fs::Sink {
public:
    explicit TextSink(u64 faults_at = std::numeric_limits<u64>::max()) : faults_at_{faults_at} {}

    kernel::Result<void> put(u64 at, std::span<const std::byte> bytes) override
    {
        if (at + bytes.size() > faults_at_)
            return kernel::Errno::efault;
        EXPECT_EQ(at, text.size());
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return {};
    }
    kernel::Result<void> put_zeros(u64 at, u64 count) override
    {
        const std::string zeros(count, '\0');
        return put(at, std::as_bytes(std::span{zeros}));
    }

    std::string text;

private:
    u64 faults_at_;
};

/// Supplies a write.
class TextSource final : public kernel::fs::Source {
public:
    explicit TextSource(std::string text) : text_{std::move(text)} {}

    kernel::Result<void> get(u64 at, std::span<std::byte> bytes) override
    {
        if (at + bytes.size() > text_.size())
            return kernel::Errno::efault;
        std::memcpy(bytes.data(), text_.data() + at, bytes.size());
        return {};
    }

private:
    std::string text_;
};

inline std::string read(kernel::fs::Inode& inode, u64 offset, u64 count)
{
    TextSink sink;
    const auto done = inode.read(offset, count, sink);
    EXPECT_TRUE(done);
    EXPECT_EQ(done.value(), sink.text.size());
    return sink.text;
}

inline u64 write(kernel::fs::Inode& inode, u64 offset, const std::string& text)
{
    TextSource source{text};
    return inode.write(offset, text.size(), source).value();
}

/// For tests that need the heap.
class WithMemory : public testing::Test {
protected:
    WithMemory() { fake::booted_machine(); }
};

} // namespace test
