#include "vmm/observe/syscall_coverage.hpp"
#include "vmm/observe/syscall_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace vitrine {
namespace {

TEST(SyscallTable, HasNamesAndTypesOfParameters)
{
    const SyscallSignature* const openat = find_syscall(257);

    ASSERT_NE(openat, nullptr);
    EXPECT_EQ(openat->name, "openat");
    ASSERT_EQ(openat->parameters.size(), 4U);
    EXPECT_EQ(openat->parameters[1].type, "UserString");
    EXPECT_EQ(openat->parameters[1].name, "path");
    EXPECT_TRUE(find_syscall(39)->parameters.empty());
    EXPECT_EQ(find_syscall(9999), nullptr);
}

TEST(SyscallCoverage, IsWhatTheDocumentationSays)
{
    std::ifstream file{VITRINE_DOCS "/syscalls.md"};
    const std::string page{std::istreambuf_iterator<char>{file}, {}};

    EXPECT_EQ(page, syscall_coverage()) << "run: vitrine syscalls --markdown > docs/syscalls.md";
}

TEST(SyscallCoverage, NamesWhatIsAbsent)
{
    EXPECT_THAT(syscall_coverage(), testing::HasSubstr("| 321 | bpf | absent |"));
}

} // namespace
} // namespace vitrine
