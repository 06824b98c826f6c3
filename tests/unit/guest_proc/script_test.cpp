#include "kernel/proc/script.hpp"

#include <gtest/gtest.h>

namespace kernel::proc {
namespace {

void expect_line(std::string_view text, std::string_view interpreter, std::string_view argument)
{
    const auto line = parse_script_line(text);
    ASSERT_TRUE(line) << text;
    ASSERT_TRUE(line.value().has_value()) << text;
    EXPECT_EQ(line.value()->interpreter, interpreter) << text;
    EXPECT_EQ(line.value()->argument, argument) << text;
}

TEST(ScriptLine, NamesTheInterpreterAndOneArgument)
{
    expect_line("#!/bin/sh\necho\n", "/bin/sh", "");
    expect_line("#! \t/bin/sh  -e \nrest", "/bin/sh", "-e");
    expect_line("#!/usr/bin/env python3 -u\n", "/usr/bin/env", "python3 -u");
    expect_line("#!/bin/sh -e", "/bin/sh", "-e"); // the file ends there
}

TEST(ScriptLine, IsNothingForOtherFiles)
{
    for (const std::string_view text : {"", "#",
                                        "\x7f"
                                        "ELF",
                                        "# !/bin/sh\n"}) {
        const auto line = parse_script_line(text);
        ASSERT_TRUE(line);
        EXPECT_FALSE(line.value().has_value()) << text;
    }
}

TEST(ScriptLine, IsAnErrorWithoutAnInterpreterOrWithHalfOfOne)
{
    for (const std::string_view text : {"#!\n", "#!  \n/bin/sh", "#!/a/path/that/is/cut"}) {
        const auto line = parse_script_line(text);
        ASSERT_FALSE(line) << text;
        EXPECT_EQ(line.error(), Errno::enoexec);
    }
}

} // namespace
} // namespace kernel::proc
