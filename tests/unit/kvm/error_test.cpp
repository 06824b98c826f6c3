#include "vmm/kvm/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace vitrine {
namespace {

using testing::HasSubstr;

TEST(KvmError, NamesTheIoctlAndTheReason)
{
    const KvmError error{"KVM_CREATE_VM", EBUSY};

    EXPECT_EQ(error.operation(), "KVM_CREATE_VM");
    EXPECT_EQ(error.code().value(), EBUSY);
    EXPECT_THAT(error.what(), HasSubstr("KVM_CREATE_VM"));
    EXPECT_THAT(error.what(), HasSubstr("busy"));
}

TEST(KvmError, SaysWhatToDoWhenTheDeviceCannotBeOpened)
{
    EXPECT_THAT(KvmError("open /dev/kvm", ENOENT).hint(), HasSubstr("kvm_intel"));
    EXPECT_THAT(KvmError("open /dev/kvm", EACCES).hint(), HasSubstr("group"));
    EXPECT_THAT(KvmError("open /dev/kvm", EACCES).what(), HasSubstr("group"));
}

TEST(KvmError, HasNoHintWhereThereIsNothingToSay) { EXPECT_EQ(KvmError("KVM_SET_REGS", EINVAL).hint(), ""); }

} // namespace
} // namespace vitrine
