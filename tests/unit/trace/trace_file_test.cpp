#include "tests/unit/trace/entries.hpp"
#include "vmm/observe/trace_file.hpp"
#include "vmm/observe/trace_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace vitrine::test {
namespace {

using abi::TraceEvent;

class TraceFileTest : public testing::Test {
protected:
    std::filesystem::path path = testing::TempDir() + "/vitrine_trace_" + std::to_string(getpid());

    void TearDown() override { std::filesystem::remove(path); }

    std::string write(std::span<const TraceEntry> entries, std::span<const TraceLosses> losses = {},
                      const TraceSchema& schema = trace_schema())
    {
        TraceWriter writer{path, 3'000'000, schema};
        writer.consume(entries);
        EXPECT_EQ(writer.finish(losses), std::nullopt);
        std::ifstream file{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

    static Trace parse(std::string_view text) { return parse_trace(std::as_bytes(std::span{text})); }

    static TraceFileError error_of(std::string_view text)
    {
        try {
            parse(text);
        } catch (const TraceFileError& error) {
            return error;
        }
        ADD_FAILURE() << "was read without an error";
        return {0, ""};
    }
};

TEST_F(TraceFileTest, ReadsBackWhatWasWritten)
{
    const std::vector entries{entry(TraceEvent::irq_entry, 5, {32}, 0, 7),
                              entry(TraceEvent::sys_exit, 6, {1, ~1ULL}, 1)};
    const std::vector losses{TraceLosses{0, 0, 0}, TraceLosses{1, 12, 3}};
    write(entries, losses);

    const Trace trace = load_trace(path);

    EXPECT_EQ(trace.tsc_khz, 3'000'000U);
    EXPECT_EQ(trace.schema, trace_schema());
    ASSERT_EQ(trace.entries.size(), 2U);
    EXPECT_EQ(trace.entries[0].record.task, 7U);
    EXPECT_THAT(trace.entries[1].words(), testing::ElementsAre(1, ~1ULL));
    ASSERT_EQ(trace.losses.size(), 1U);
    EXPECT_EQ(trace.losses[0].cpu, 1U);
    EXPECT_EQ(trace.losses[0].dropped, 12U);
    EXPECT_EQ(trace.losses[0].malformed, 3U);
}

TEST_F(TraceFileTest, MergesVcpusByTime)
{
    write(std::vector{entry(TraceEvent::irq_entry, 30, {1}, 0), entry(TraceEvent::irq_exit, 40, {1}, 0),
                      entry(TraceEvent::irq_entry, 10, {1}, 1), entry(TraceEvent::irq_exit, 30, {1}, 1)});

    std::vector<std::pair<std::uint64_t, unsigned>> order;
    for (const TraceEntry& each : load_trace(path).entries)
        order.emplace_back(each.record.tsc, each.record.cpu);

    EXPECT_THAT(order, testing::ElementsAre(testing::Pair(10, 1), testing::Pair(30, 0), testing::Pair(30, 1),
                                            testing::Pair(40, 0)));
}

TEST_F(TraceFileTest, KeepsEveryRecordOfALongTrace)
{
    std::vector<TraceEntry> entries;
    for (std::uint64_t i = 0; i < 10'000; ++i)
        entries.push_back(entry(TraceEvent::page_fault, i, {i, 1, 2}));
    const std::string file = write(entries);

    const Trace trace = parse(file);

    EXPECT_GT(file.size(), 4 * TraceWriter::buffer_size);
    ASSERT_EQ(trace.entries.size(), entries.size());
    for (std::uint64_t i = 0; i < entries.size(); ++i)
        ASSERT_EQ(trace.entries[i].fields[0], i);
}

TEST_F(TraceFileTest, DescribesItsOwnEvents)
{
    const TraceSchema other{{.name = "launch", .subsystem = "rocket", .fields = {{.name = "thrust"}}}};
    write(std::vector{entry(TraceEvent{}, 1, {99})}, {}, other);

    const Trace trace = load_trace(path);

    EXPECT_EQ(trace.schema, other);
    EXPECT_EQ(trace.entries.at(0).fields[0], 99U);
}

TEST_F(TraceFileTest, IsRefusedWhenItIsSomethingElse)
{
    const TraceFileError error = error_of("\x7f"
                                          "ELF and then some more");

    EXPECT_EQ(error.offset(), 0U);
    EXPECT_THAT(error.what(), testing::HasSubstr("does not begin as a .vtrace file"));
    EXPECT_THAT(error_of("").what(), testing::HasSubstr("at byte 0"));
}

TEST_F(TraceFileTest, IsRefusedInAnotherVersion)
{
    std::string file = write({});
    file[8] = 2;

    EXPECT_EQ(error_of(file).offset(), 8U);
    EXPECT_THAT(error_of(file).what(), testing::HasSubstr("its version is 2"));
}

TEST_F(TraceFileTest, IsRefusedWhereverItIsCutOffWithinAChunk)
{
    const std::string empty = write({});
    const std::string file = write(std::vector{entry(TraceEvent::irq_entry, 5, {32})});

    for (std::size_t size = 0; size < file.size(); ++size) {
        if (size == empty.size()) {
            EXPECT_EQ(parse(file.substr(0, size)).entries.size(), 0U);
            continue;
        }
        const TraceFileError error = error_of(std::string_view{file}.substr(0, size));
        EXPECT_LE(error.offset(), size);
        EXPECT_THAT(error.what(), testing::HasSubstr("the file ends within"));
    }
}

TEST_F(TraceFileTest, NamesThePlaceOfABadRecord)
{
    const std::size_t records = write({}).size() + sizeof(trace_file::ChunkHeader);
    const std::string good =
        write(std::vector{entry(TraceEvent::irq_entry, 5, {32}), entry(TraceEvent::irq_exit, 5, {32})});
    const std::size_t second = records + 24;

    std::string file = good;
    file[second] = 63; // event
    EXPECT_EQ(error_of(file).offset(), second);
    EXPECT_THAT(error_of(file).what(), testing::HasSubstr("event 63 is not in the event table"));

    file = good;
    file[second + 3] = 2; // words
    EXPECT_EQ(error_of(file).offset(), second);

    file = good;
    file[records + 3] = 4;
    EXPECT_THAT(error_of(file).what(), testing::HasSubstr("a record of \"irq_entry\" has 4 words, not 1"));
}

TEST_F(TraceFileTest, SkipsChunksOfKindsThatAreNotKnown)
{
    std::string file = write(std::vector{entry(TraceEvent::irq_entry, 5, {32})});
    file += std::string("\x63\0\0\0\x02\0\0\0??", 10);

    EXPECT_EQ(parse(file).entries.size(), 1U);
}

TEST_F(TraceFileTest, ThrowsTheSystemsErrorForAFileThatIsNotThere)
{
    EXPECT_THROW(load_trace("/nonexistent/file.vtrace"), std::system_error);
    EXPECT_THROW((TraceWriter{"/nonexistent/file.vtrace", 1}), std::system_error);
}

TEST_F(TraceFileTest, TellsWhenTheDiskWasFull)
{
    TraceWriter writer{"/dev/full", 1};

    EXPECT_THAT(writer.finish({}).value_or(""), testing::HasSubstr("/dev/full"));
}

} // namespace
} // namespace vitrine::test
