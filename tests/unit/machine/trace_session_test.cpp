#include "vmm/machine/trace_session.hpp"

#include "tests/unit/kvm/small_vm.hpp"
#include "vmm/observe/trace_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <stdexcept>
#include <unistd.h>

namespace vitrine {
namespace {

/// Two vCPUs' trace rings at 0x2000, of which the second's is rung by a few instructions on the first.
class TraceSessionTest : public SmallVm {
protected:
    static constexpr GuestAddress rings{0x2000};
    static constexpr Bytes ring_size{4096};

    void SetUp() override
    {
        SmallVm::SetUp();
        config_.cpus = 2;
        config_.trace.ring_size = ring_size;
        config_.trace.output = testing::TempDir() + "/vitrine_session_" + std::to_string(getpid());
    }
    void TearDown() override { std::filesystem::remove(config_.trace.output); }

    TraceSession session(TraceChannelChoice channel)
    {
        config_.trace.channel = channel;
        return {config_, memory_, rings, 1'000'000, *vm_, loop_};
    }

    /// What the guest would have written: one record in ring 1.
    void put_record()
    {
        const abi::TraceRecord record{.event = static_cast<std::uint16_t>(abi::TraceEvent::cpu_online),
                                      .cpu = 1,
                                      .words = 1,
                                      .task = 0,
                                      .tsc = 7};
        const GuestAddress ring = rings + ring_size;
        const GuestAddress data = ring + Bytes{sizeof(abi::TraceRingHeader)};
        memory_.write(data, record);
        memory_.write(data + Bytes{sizeof record}, std::uint64_t{1});
        memory_.write(ring, std::uint64_t{sizeof record + sizeof(std::uint64_t)}); // head
    }

    /// Rings vCPU 1's doorbell and halts.
    void run_guest()
    {
        Vcpu vcpu = start({0x66, 0xb8, 1, 0, 0, 0, // mov eax, 1
                           0xba, 0x08, 0x0a,       // mov dx, trace_doorbell_port
                           0x66, 0xef,             // out dx, eax
                           0xf4});                 // hlt
        ASSERT_EQ(vcpu.run(), 0);
        EXPECT_EQ(vcpu.shared().exit_reason, KVM_EXIT_HLT);
    }

    boost::asio::io_context loop_;
    MachineConfig config_;
};

TEST_F(TraceSessionTest, DrainsTheRingWhoseDoorbellTheGuestRings)
{
    TraceSession trace = session(TraceChannelChoice::ring);
    put_record();

    run_guest();
    EXPECT_EQ(trace.summary().counts.at("cpu_online"), 0U);
    loop_.poll();

    EXPECT_EQ(trace.summary().counts.at("cpu_online"), 1U);
}

TEST_F(TraceSessionTest, CollectsWhatIsLeftAndCompletesTheFile)
{
    TraceSession trace = session(TraceChannelChoice::ring);
    put_record();

    trace.finish();

    EXPECT_THAT(trace.summary().complaints, testing::IsEmpty());
    const Trace file = load_trace(config_.trace.output);
    EXPECT_EQ(file.tsc_khz, 1'000'000U);
    ASSERT_EQ(file.entries.size(), 1U);
    EXPECT_EQ(file.entries[0].record.cpu, 1);
}

TEST_F(TraceSessionTest, DrainsAtTheTracePort)
{
    TraceSession trace = session(TraceChannelChoice::exit);
    put_record();

    const std::array cpu{std::uint32_t{1}};
    trace.port().write(0, std::as_bytes(std::span{cpu}));

    EXPECT_EQ(trace.summary().counts.at("cpu_online"), 1U);
}

TEST_F(TraceSessionTest, PassesComplaintsAboutCorruptRingsOn)
{
    TraceSession trace = session(TraceChannelChoice::exit);
    memory_.write(rings, ~std::uint64_t{0});

    trace.finish();

    EXPECT_THAT(trace.summary().complaints, testing::ElementsAre(testing::HasSubstr("vCPU 0's trace ring is corrupt")));
    EXPECT_EQ(trace.summary().losses.at(0).malformed, 1U);
}

TEST(RequestTrace, AsksForNothingWhenTheChannelIsOff)
{
    MachineFacts facts;

    request_trace({}, facts);

    EXPECT_EQ(facts.trace_ring_size, Bytes{0});
    EXPECT_EQ(facts.trace_channel, abi::TraceChannel::off);
}

TEST(RequestTrace, AsksForTheEventsOfTheConfig)
{
    MachineFacts facts;

    request_trace({.channel = TraceChannelChoice::exit, .events = {"page_fault"}, .output = {}}, facts);

    EXPECT_EQ(facts.trace_channel, abi::TraceChannel::exit);
    EXPECT_EQ(facts.trace_ring_size, TraceConfig{}.ring_size);
    EXPECT_EQ(facts.trace_enabled, 1ULL << static_cast<unsigned>(abi::TraceEvent::page_fault));
    EXPECT_THROW(request_trace({.channel = TraceChannelChoice::ring, .events = {"nothing"}, .output = {}}, facts),
                 std::invalid_argument);
}

} // namespace
} // namespace vitrine
