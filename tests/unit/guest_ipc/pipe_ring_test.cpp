#include "kernel/ipc/pipe_ring.hpp"

#include "tests/unit/guest_proc/transfers.hpp"

namespace {

using kernel::Errno;
using kernel::page_size;
using kernel::ipc::PipeRing;
using test::TextSink;
using test::TextSource;

class PipeRings : public test::WithMemory {
protected:
    PipeRings() { EXPECT_TRUE(ring_.set_capacity(4)); }

    u64 write(const std::string& text, bool packet = false)
    {
        TextSource source{text};
        return ring_.write(source, 0, text.size(), packet).value();
    }
    std::string read(u64 count)
    {
        TextSink sink;
        EXPECT_TRUE(ring_.read(sink, 0, count));
        return sink.text;
    }

    PipeRing ring_;
};

TEST_F(PipeRings, GiveWhatTheyWereGivenInOrder)
{
    EXPECT_EQ(write("one "), 4U);
    EXPECT_EQ(write("two"), 3U);

    EXPECT_EQ(ring_.used(), 1U);
    EXPECT_EQ(ring_.bytes(), 7U);
    EXPECT_EQ(read(2), "on");
    EXPECT_EQ(read(100), "e two");
    EXPECT_TRUE(ring_.empty());
}

TEST_F(PipeRings, TakeWhatFits)
{
    const std::string much(5 * page_size, 'x');

    EXPECT_EQ(write(much), 4 * page_size);

    EXPECT_TRUE(ring_.full());
    EXPECT_EQ(write("y"), 0U);
    EXPECT_EQ(read(much.size()), std::string(4 * page_size, 'x'));
}

TEST_F(PipeRings, AppendToTheLastBufferWhatFitsThereWhole)
{
    write(std::string(3000, 'a'));
    EXPECT_EQ(ring_.used(), 1U);
    write(std::string(1096, 'b'));
    EXPECT_EQ(ring_.used(), 1U);
    write(std::string(3000, 'c'));
    write(std::string(3000, 'd'));

    EXPECT_EQ(ring_.used(), 3U);
    EXPECT_EQ(read(20000),
              std::string(3000, 'a') + std::string(1096, 'b') + std::string(3000, 'c') + std::string(3000, 'd'));
}

TEST_F(PipeRings, KeepPacketsApart)
{
    write("first", true);
    write("second", true);

    EXPECT_EQ(read(3), "fir"); // the rest is lost
    EXPECT_EQ(read(100), "second");
    EXPECT_TRUE(ring_.empty());
}

TEST_F(PipeRings, KeepWhatASinkDoesNotTake)
{
    write(std::string(page_size, 'a'));
    write("b");
    TextSink sink{page_size};

    const auto done = ring_.read(sink, 0, 2 * page_size);

    EXPECT_EQ(done.value(), page_size);
    TextSink none{0};
    EXPECT_EQ(ring_.read(none, 0, 1).error(), Errno::efault);
    EXPECT_EQ(read(1), "b");
}

TEST_F(PipeRings, ChangeTheirCapacityButNotWhatIsInThem)
{
    write(std::string(3 * page_size, 'x'));

    EXPECT_EQ(ring_.set_capacity(2).error(), Errno::ebusy);
    EXPECT_TRUE(ring_.set_capacity(8));
    EXPECT_EQ(write(std::string(8 * page_size, 'y')), 5 * page_size);
    EXPECT_EQ(read(100000), std::string(3 * page_size, 'x') + std::string(5 * page_size, 'y'));
}

TEST_F(PipeRings, PeekAndDrop)
{
    write(std::string(page_size, 'a'));
    write("bcd");
    TextSink sink;

    EXPECT_EQ(ring_.peek(sink, page_size - 1, 3).value(), 3U);
    EXPECT_EQ(sink.text, "abc");
    ring_.drop(page_size + 1);
    EXPECT_EQ(read(10), "cd");
}

} // namespace
