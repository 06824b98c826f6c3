#include "vmm/config/diagnostic.hpp"
#include "vmm/guest_test/find_tests.hpp"
#include "vmm/guest_test/guest_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace vitrine::guest_test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class TestFolder : public testing::Test {
protected:
    TestFolder()
    {
        std::string pattern = testing::TempDir() + "vitrine_tests_XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~TestFolder() override { fs::remove_all(folder_); }

    fs::path write(const std::string& name, const std::string& text) const
    {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream{folder_ / name} << text;
        return folder_ / name;
    }

    GuestTest load(const std::string& text) const { return load_test(write("x.test.json", text), "x"); }

    std::string error_of(const std::string& text) const
    {
        try {
            load(text);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "loaded";
    }

    const fs::path& folder() const { return folder_; }

private:
    fs::path folder_;
};

using LoadTest = TestFolder;
using FindTests = TestFolder;

TEST_F(LoadTest, ExpectsAnExitWithStatusZeroUnlessToldOtherwise)
{
    const GuestTest test = load(R"({"config": "a.json"})");

    EXPECT_EQ(test.name, "x");
    EXPECT_EQ(std::get<fs::path>(test.config), "a.json");
    EXPECT_EQ(test.ending, Ending::guest_exit);
    EXPECT_EQ(test.status, 0);
    EXPECT_EQ(test.timeout, 20s);
    EXPECT_TRUE(test.is_portable());
}

TEST_F(LoadTest, ReadsEveryKey)
{
    const GuestTest test = load(R"({
        "description": "d", "config": {"cpus": 2}, "set": ["cpus=3"], "timeout": "5s",
        "console": ["a", {"regex": "b+", "type": "c\n"}], "console_never": ["x", {"regex": "y"}],
        "status": 125, "ending": "triple_fault", "report": ["r", {"regex": "s"}],
        "exits": {"io": {"min": 1, "max": 2}}, "trace": {"sched_switch": {"min": 3}},
        "needs": ["kvm", "native_ring0", {"file": "f"},
                  {"cpus": {"min": 2, "max": 4}, "irqchip": "split"}, {"kernel_mode": "ring3"}]})");

    EXPECT_NE(std::get<InlineConfig>(test.config).text.find("\"cpus\": 2"), std::string::npos);
    EXPECT_EQ(test.overrides, std::vector<std::string>{"cpus=3"});
    EXPECT_EQ(test.timeout, 5s);
    ASSERT_EQ(test.console.size(), 2U);
    EXPECT_TRUE(test.console[1].pattern.is_regex);
    EXPECT_EQ(test.console[1].type, "c\n");
    EXPECT_EQ(test.console_never.size(), 2U);
    EXPECT_EQ(test.status, 125);
    EXPECT_EQ(test.ending, Ending::triple_fault);
    EXPECT_EQ(test.report.size(), 2U);
    EXPECT_EQ(test.exits.at("io").max, 2U);
    EXPECT_TRUE(test.trace.at("sched_switch").contain(1'000'000));
    EXPECT_FALSE(test.trace.at("sched_switch").contain(2));
    EXPECT_TRUE(test.needs_kvm && test.needs_native_ring0);
    EXPECT_EQ(test.needs_files, std::vector<std::string>{"f"});
    EXPECT_EQ(test.machine_needs.cpus.min, 2U);
    EXPECT_EQ(test.machine_needs.cpus.max, 4U);
    EXPECT_EQ(test.machine_needs.irqchip, IrqChip::split);
    EXPECT_EQ(test.machine_needs.kernel_mode, KernelModeChoice::ring3);
    EXPECT_FALSE(test.is_portable());
}

TEST_F(LoadTest, ChoosesTheDebugKernelByAnOverride)
{
    const GuestTest test = load(R"({"config": "a", "kernel": "debug", "set": ["cpus=3"]})");

    EXPECT_EQ(test.overrides, (std::vector<std::string>{"kernel=${vitrine}/kernel-debug.elf", "cpus=3"}));
    EXPECT_TRUE(test.machine_needs.debug_kernel);
}

TEST_F(LoadTest, FillsInPlaceholdersOfPatterns)
{
    MachineConfig machine;
    machine.cpus = 2;

    const GuestTest test = expanded(load(R"({"config": "a", "console": ["${cpus}", {"regex": "^${cpu_list}$"}],
                                             "console_never": ["CPU ${last_cpu}"], "report": ["${seed}"]})"),
                                    Placeholders{9, machine});

    EXPECT_EQ(test.console[0].pattern.text, "2");
    EXPECT_EQ(test.console[1].pattern.text, "^0 1$");
    EXPECT_EQ(test.console_never[0].text, "CPU 1");
    EXPECT_EQ(test.report[0].text, "9");
}

TEST_F(LoadTest, ReadsTheFileThatTheConsoleMustEqual)
{
    write("console.txt", "all of it\n");

    EXPECT_EQ(load(R"({"config": "a", "console_equals": "console.txt"})").console_equals, "all of it\n");
    EXPECT_THAT(error_of(R"({"config": "a", "console_equals": "no.txt"})"), testing::HasSubstr("cannot be read"));
}

TEST_F(LoadTest, DoesNotCheckTheStatusOfOtherEndingsUnlessTold)
{
    EXPECT_EQ(load(R"({"config": "a", "ending": "timeout"})").status, std::nullopt);
    EXPECT_EQ(load(R"({"config": "a", "console": ["x"], "stop_after_console": true})").ending, Ending::stopped);
}

TEST_F(LoadTest, RefusesWhatIsNoTest)
{
    EXPECT_THAT(error_of("{}"), testing::HasSubstr("the key \"config\" is missing"));
    EXPECT_THAT(error_of(R"({"config": "a", "consol": []})"), testing::HasSubstr("did you mean \"console\"?"));
    EXPECT_THAT(error_of(R"({"config": "a", "console": [{"regex": "("}]})"),
                testing::HasSubstr("malformed regular expression"));
    EXPECT_THAT(error_of(R"({"config": "a", "console": [{"type": "x"}]})"), testing::HasSubstr("not a pattern"));
    EXPECT_THAT(error_of(R"({"config": "a", "console": [{"text": "x", "regex": "y"}]})"),
                testing::HasSubstr("not a pattern"));
    EXPECT_THAT(error_of(R"({"config": "a", "stop_after_console": true})"),
                testing::HasSubstr("nothing to stop after"));
    EXPECT_THAT(error_of(R"({"config": "a", "console": ["${cpu}"]})"),
                testing::HasSubstr("unknown placeholder ${cpu}"));
    EXPECT_THAT(error_of(R"({"config": "a", "exits": {"io": {"mn": 1}}})"), testing::HasSubstr("/exits/io/mn"));
}

TEST_F(FindTests, FindsAllBelowAFolderSorted)
{
    for (const char* name : {"b/two.test.json", "a/one.test.json", "a/one.json", "b/c/three.test.json"})
        write(name, "{}");
    fs::create_symlink("loop", folder() / "loop");

    const auto found = find_tests({folder().string()}, "");

    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].name, "a/one");
    EXPECT_EQ(found[1].name, "b/c/three");
    EXPECT_EQ(found[2].name, "b/two");
}

TEST_F(FindTests, FiltersByPartOrPattern)
{
    for (const char* name : {"one.test.json", "two.test.json", "twofold.test.json"})
        write(name, "{}");
    const auto count = [&](const char* filter) { return find_tests({folder().string()}, filter).size(); };

    EXPECT_EQ(count("two"), 2U);
    EXPECT_EQ(count("*o"), 1U);
    EXPECT_EQ(count("o*"), 1U);
    EXPECT_EQ(count("three"), 0U);
}

TEST_F(FindTests, RefusesAPathThatIsNotThere)
{
    EXPECT_THROW(find_tests({(folder() / "none").string()}, ""), std::runtime_error);
}

} // namespace
} // namespace vitrine::guest_test
