#include "kernel/fs/proc/text_file.hpp"

#include "kernel/fs/inode_file.hpp"
#include "kernel/sync/mutex.hpp"
#include "lib/locked.hpp"

#include <array>
#include <span>

namespace kernel::procfs {
namespace {

using Page = std::array<char, page_size>;

constexpr std::string_view blanks = " \t\n";

std::string_view trim(std::string_view text)
{
    while (!text.empty() && blanks.find(text.front()) != std::string_view::npos)
        text.remove_prefix(1);
    while (!text.empty() && blanks.find(text.back()) != std::string_view::npos)
        text.remove_suffix(1);
    return text;
}

/// A TextFile that is open.
class OpenTextFile final : public fs::Inode {
public:
    explicit OpenTextFile(Ref<TextFile> file)
        : Inode{fs::FileType::regular, file->mode(), file->number()}, file_{std::move(file)}
    {}

    Result<u64> read(u64 offset, u64 count, fs::Sink& sink) override;
    Result<u64> write(u64 offset, u64 count, fs::Source& source) override;
    Result<void> truncate(u64) override { return {}; }

private:
    struct Text {
        Writer writer;
        bool made = false;
    };

    Ref<TextFile> file_;
    Locked<Text, Mutex> text_;
};

Result<u64> OpenTextFile::read(u64 offset, u64 count, fs::Sink& sink)
{
    return text_.with([&](Text& text) -> Result<u64> {
        if (offset == 0 || !text.made) {
            text.writer.clear();
            TRY(file_->show(text.writer));
            TRY(text.writer.finish());
            text.made = true;
        }
        const std::string_view all = text.writer.text();
        if (offset >= all.size())
            return u64{0};
        const std::string_view part = all.substr(offset, count);
        TRY(sink.put(0, std::as_bytes(std::span{part})));
        return u64{part.size()};
    });
}

Result<u64> OpenTextFile::write(u64, u64 count, fs::Source& source)
{
    if (count > page_size)
        return Errno::e2big;
    const auto copy = TRY(make_box<Page>());
    TRY(source.get(0, std::as_writable_bytes(std::span{*copy}.first(count))));
    TRY(file_->store(trim({copy->data(), count})));
    return count;
}

} // namespace

Result<Ref<fs::File>> TextFile::open(u32 flags)
{
    Ref<fs::Inode> text = TRY(make_ref<OpenTextFile>(Ref<TextFile>::share(this)));
    return Ref<fs::File> { TRY(make_ref<fs::InodeFile>(std::move(text), flags)) };
}

} // namespace kernel::procfs
