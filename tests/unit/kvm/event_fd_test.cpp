#include "vmm/kvm/event_fd.hpp"

#include <gtest/gtest.h>

namespace vitrine {
namespace {

TEST(EventFd, CountsSignalsUntilTheyAreTaken)
{
    const EventFd event;

    EXPECT_EQ(event.take(), 0U);
    event.signal();
    event.signal();

    EXPECT_EQ(event.take(), 2U);
    EXPECT_EQ(event.take(), 0U);
}

} // namespace
} // namespace vitrine
