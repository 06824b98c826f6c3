#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

#include <span>
#include <string_view>

namespace kernel::proc {

/// The strings that a program is started with: its arguments, then its environment, each ended by a NUL, one behind the
/// other.
class ArgumentStrings {
public:
    static constexpr u64 max_size = 128UL * 1024; ///< Linux's ARG_MAX
    static constexpr u32 max_count = 4096;

    ArgumentStrings() = default;
    ArgumentStrings(const ArgumentStrings&) = delete;
    ArgumentStrings& operator=(const ArgumentStrings&) = delete;
    ~ArgumentStrings();

    /// All arguments come before the first environment string. E2BIG, ENOMEM.
    Result<void> add_argument(std::string_view text);
    Result<void> add_environment(std::string_view text);

    u32 argument_count() const { return argument_count_; }
    u32 environment_count() const { return count_ - argument_count_; }
    /// Where string `index` begins in bytes().
    u32 offset(u32 index) const { return offsets_[index]; }
    std::string_view text(u32 index) const { return reinterpret_cast<const char*>(bytes_ + offset(index)); }
    std::span<const std::byte> bytes() const { return {bytes_, size_}; }

private:
    Result<void> add(std::string_view text);

    std::byte* bytes_ = nullptr;
    u64 size_ = 0;
    u64 capacity_ = 0;
    u32* offsets_ = nullptr;
    u32 count_ = 0;
    u32 offset_capacity_ = 0;
    u32 argument_count_ = 0;
};

} // namespace kernel::proc
