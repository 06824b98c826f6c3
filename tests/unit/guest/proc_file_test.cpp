#include "kernel/fs/proc/proc_file.hpp"

#include "kernel/fs/file.hpp"

#include "tests/unit/guest/fake/machine.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace kernel::procfs {
namespace {

std::string stored;
int count = 0;

Result<void> show_count(Writer& out)
{
    out.print("count {}\n", ++count);
    return {};
}
Result<void> show_long(Writer& out)
{
    for (unsigned line = 0; line < 1000; ++line)
        out.print("line {:>4}\n", line);
    return {};
}
Result<void> store(std::string_view text)
{
    if (text == "bad")
        return Errno::einval;
    stored = text;
    return {};
}

constexpr ProcEntry count_entry{"count", show_count};
constexpr ProcEntry deep_entry{"sys/kernel/long", show_long};
constexpr ProcEntry knob_entry{"sys/kernel/knob", show_count, store};
constexpr ProcEntry other_entry{"sys/other", show_count};
constexpr const ProcEntry* all[] = {&count_entry, &deep_entry, &knob_entry, &other_entry};

} // namespace

std::span<const ProcEntry* const> entries() { return all; }

namespace {

class Names final : public fs::DirectoryVisitor {
public:
    explicit Names(std::size_t limit = ~std::size_t{0}) : limit_{limit} {}
    bool visit(std::string_view name, u64, fs::FileType, u64 next_position) override
    {
        if (names.size() == limit_)
            return false;
        names.emplace_back(name);
        position = next_position;
        return true;
    }

    std::vector<std::string> names;
    u64 position = 0;

private:
    std::size_t limit_;
};

class TextSource final : public fs::Source {
public:
    explicit TextSource(std::string_view text) : text_{text} {}
    Result<void> get(u64 at, std::span<std::byte> bytes) override
    {
        std::memcpy(bytes.data(), text_.data() + at, bytes.size());
        return {};
    }

private:
    std::string_view text_;
};

class ProcFile : public testing::Test {
protected:
    ProcFile()
    {
        fake::booted_machine();
        count = 0;
        stored.clear();
        root_ = make_root().release();
    }

    Ref<fs::Inode> find(std::initializer_list<std::string_view> path)
    {
        Ref<fs::Inode> at = root_;
        for (const auto name : path)
            at = at->lookup(name).release();
        return at;
    }
    static std::string read(fs::Inode& file, u64 offset, u64 size)
    {
        std::string text(size, '?');
        fs::KernelSink sink{std::as_writable_bytes(std::span{text})};
        text.resize(file.read(offset, size, sink).value());
        return text;
    }

    Ref<fs::Inode> root_;
};

TEST_F(ProcFile, SaysWhatItsFunctionWrites)
{
    const auto file = find({"count"})->open(0).release()->inode_reference();
    EXPECT_EQ(read(*file, 0, 100), "count 1\n");
    EXPECT_EQ(file->mode(), 0100444U);
    EXPECT_EQ(file->size(), 0U);
}

TEST_F(ProcFile, IsMadeAnewWhenReadFromItsBeginning)
{
    const auto file = find({"count"})->open(0).release()->inode_reference();

    EXPECT_EQ(read(*file, 0, 5), "count");
    EXPECT_EQ(read(*file, 5, 100), " 1\n");
    EXPECT_EQ(read(*file, 8, 100), "");
    EXPECT_EQ(read(*file, 0, 100), "count 2\n");
}

TEST_F(ProcFile, MayBeLong)
{
    const auto file = find({"sys", "kernel", "long"})->open(0).release()->inode_reference();
    EXPECT_EQ(read(*file, 0, 1 << 16).size(), 10'000U);
    EXPECT_EQ(read(*file, 9'990, 100), "line  999\n");
}

TEST_F(ProcFile, TakesWhatIsWrittenTrimmed)
{
    const auto file = find({"sys", "kernel", "knob"})->open(0).release()->inode_reference();
    TextSource source{" 17\n"};
    TextSource bad{"bad\n"};

    EXPECT_EQ(file->mode(), 0100644U);
    EXPECT_EQ(file->write(0, 4, source).value(), 4U);
    EXPECT_EQ(stored, "17");
    EXPECT_EQ(file->write(0, 4, bad).error(), Errno::einval);
    EXPECT_EQ(file->write(0, page_size + 1, bad).error(), Errno::e2big);
}

TEST_F(ProcFile, DirectoriesFollowFromPaths)
{
    Names names;
    ASSERT_TRUE(root_->read_directory(fs::first_position, names));
    EXPECT_EQ(names.names, (std::vector<std::string>{"count", "sys"}));

    Names below;
    ASSERT_TRUE(find({"sys", "kernel"})->read_directory(fs::first_position, below));
    EXPECT_EQ(below.names, (std::vector<std::string>{"long", "knob"}));

    EXPECT_EQ(root_->lookup("sy").error(), Errno::enoent);
    EXPECT_EQ(root_->lookup("kernel").error(), Errno::enoent);
}

TEST_F(ProcFile, AListingGoesOnWhereItStopped)
{
    std::vector<std::string> all_names;
    u64 position = fs::first_position;
    for (;;) {
        Names one{1};
        ASSERT_TRUE(root_->read_directory(position, one));
        if (one.names.empty())
            break;
        all_names.push_back(one.names.front());
        position = one.position;
    }
    EXPECT_EQ(all_names, (std::vector<std::string>{"count", "sys"}));
}

TEST_F(ProcFile, ProgramsAddNothing)
{
    EXPECT_EQ(root_->create_file("x", 0644).error(), Errno::eacces);
    EXPECT_EQ(root_->create_directory("x", 0755).error(), Errno::eperm);
}

} // namespace
} // namespace kernel::procfs
