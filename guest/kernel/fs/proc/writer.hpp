#pragma once

#include "lib/format.hpp"
#include "lib/result.hpp"

namespace kernel::procfs {

/// Text that grows as it is written: what a file in /proc says. Task context.
class Writer final : public FormatSink {
public:
    Writer() = default;
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer();

    /// `out.print("{:>10} {}\n", count, name)`: printk's format strings.
    template <typename... Arguments>
    void print(FormatString<std::type_identity_t<Arguments>...> format, const Arguments&... arguments)
    {
        format_to(*this, format, arguments...);
    }
    void append(std::string_view text) override;

    std::string_view text() const { return {text_, size_}; }
    /// ENOMEM when there was no memory for some of the text.
    Result<void> finish() const;
    void clear();

private:
    bool reserve(std::size_t size);

    char* text_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
    bool out_of_memory_ = false;
};

} // namespace kernel::procfs
