#pragma once

#include "kernel/mm/page_source.hpp"

namespace kernel::proc {

/// A file's pages up to `end`, and zeros behind it: the last page of a segment whose .bss begins within that page.
class ZeroTailSource final : public mm::PageSource {
public:
    ZeroTailSource(Ref<mm::PageSource> file, u64 end) : file_{std::move(file)}, end_{end} {}

    Result<mm::SourcePage> page_at(u64 offset) override;

private:
    Ref<mm::PageSource> file_;
    u64 end_; ///< file offset
};

} // namespace kernel::proc
