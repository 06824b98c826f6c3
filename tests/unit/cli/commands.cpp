#include "tests/unit/require_kvm.hpp"
#include "vmm/config/load_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/wait.h>

namespace vitrine {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// The program as a user runs it, with its two outputs apart.
class Commands : public testing::Test {
protected:
    Commands()
    {
        std::string pattern = testing::TempDir() + "vitrine_cli_XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~Commands() override { std::filesystem::remove_all(folder_); }

    struct Ended {
        int status;
        std::string out;
        std::string err;
    };

    Ended run(const std::string& arguments) const
    {
        const std::string out = folder_ / "out", err = folder_ / "err";
        const std::string command = std::string{VITRINE} + " " + arguments + " </dev/null >" + out + " 2>" + err;
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_source(out).text, read_source(err).text};
    }

    /// A 16-bit guest that writes `x` to the serial port and ends with `status`; the path of its config.
    std::string guest(unsigned char status) const
    {
        const unsigned char code[] = {
            0xba, 0xf8, 0x03,                     // mov dx, 0x3f8
            0xb0, 'x',                            // mov al, 'x'
            0xee,                                 // out dx, al
            0xba, 0x00, 0x0a,                     // mov dx, 0xa00
            0x66, 0xb8, status, 0x00, 0x00, 0x00, // mov eax, status
            0x66, 0xef,                           // out dx, eax
        };
        std::ofstream{folder_ / "guest.bin", std::ios::binary}.write(reinterpret_cast<const char*>(code), sizeof code);
        std::ofstream{folder_ / "guest.json"} << R"({"kernel": "guest.bin", "protocol": "flat", "timeout": "10s"})";
        return folder_ / "guest.json";
    }

    const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_;
};

TEST_F(Commands, PrintHelpOnStdout)
{
    const Ended help = run("--help");

    EXPECT_EQ(help.status, 0);
    for (const char* command : {"run", "validate", "schema", "doctor", "test", "trace", "qemu", "version"})
        EXPECT_THAT(help.out, HasSubstr(std::string{"\n  "} + command));
    EXPECT_THAT(help.err, IsEmpty());
}

TEST_F(Commands, RefuseWhatTheyDoNotKnow)
{
    for (const char* arguments : {"", "bogus", "run", "run --bogus x", "run x --stats pie", "trace", "schema pie"}) {
        const Ended ended = run(arguments);

        EXPECT_EQ(ended.status, 125) << arguments;
        EXPECT_THAT(ended.out, IsEmpty()) << arguments;
        EXPECT_FALSE(ended.err.empty()) << arguments;
    }
}

TEST_F(Commands, NameTheCommandThatThereIsNot)
{
    const Ended bogus = run("bogus");

    EXPECT_EQ(bogus.status, 125);
    EXPECT_THAT(bogus.err, HasSubstr("there is no command bogus"));
}

TEST_F(Commands, VersionIsOneLine) { EXPECT_THAT(run("version").out, testing::MatchesRegex("vitrine [0-9.]+\n")); }

TEST_F(Commands, SchemaPrintsTheFileItself)
{
    EXPECT_EQ(run("schema").out, read_source(CONFIGS "/vitrine.schema.json").text);
    EXPECT_EQ(run("schema test").out, read_source(CONFIGS "/vitrine-test.schema.json").text);
}

TEST_F(Commands, ValidatePointsAtATypo)
{
    const Ended ended = run("validate " BAD_CONFIGS "/unknown_key.json");

    EXPECT_EQ(ended.status, 125);
    EXPECT_THAT(ended.out, IsEmpty());
    EXPECT_THAT(ended.err, HasSubstr("unknown_key.json:2:3: error: /memroy: unknown key"));
    EXPECT_THAT(ended.err, HasSubstr("did you mean \"memory\"?"));
    EXPECT_EQ(ended.err.find('\033'), std::string::npos) << "no colours but on a terminal";
}

TEST_F(Commands, ValidateAcceptsAGoodConfig)
{
    EXPECT_EQ(run("validate " + guest(0)).status, 0);
    EXPECT_EQ(run("validate " + guest(0) + " --set cpus=0").status, 125);
    EXPECT_EQ(run("validate " + (folder() / "none.json").string()).status, 125);
}

TEST_F(Commands, RunGivesTheGuestsConsoleAndStatus)
{
    REQUIRE_KVM();

    const Ended ended = run("run " + guest(42));

    EXPECT_EQ(ended.status, 42);
    EXPECT_EQ(ended.out, "x");
    EXPECT_THAT(ended.err, HasSubstr("out 0x3f8"));
}

TEST_F(Commands, RunTellsAGuestsStatus125FromItsOwn)
{
    REQUIRE_KVM();

    const Ended ended = run("run " + guest(125) + " --stats none");

    EXPECT_EQ(ended.status, 125);
    EXPECT_EQ(ended.err, "vitrine: the status 125 is the guest's own\n");
}

TEST_F(Commands, RunWritesStatisticsWhereItIsTold)
{
    REQUIRE_KVM();
    const std::string file = folder() / "stats.json";

    const Ended ended = run("run " + guest(0) + " --stats json --stats-file " + file);
    const auto statistics = nlohmann::json::parse(read_source(file).text);

    EXPECT_EQ(ended.status, 0);
    EXPECT_THAT(ended.err, IsEmpty());
    EXPECT_EQ(statistics["exits"].size(), 2U);
}

TEST_F(Commands, RunDoesNotBeginWhenTheStatisticsCannotBeKept)
{
    const Ended ended = run("run " + guest(0) + " --stats-file /nonexistent/exits");

    EXPECT_EQ(ended.status, 125);
    EXPECT_THAT(ended.out, IsEmpty());
    EXPECT_THAT(ended.err, HasSubstr("cannot write /nonexistent/exits"));
}

TEST_F(Commands, RunPutsTheConsoleWhereTheConfigSays)
{
    REQUIRE_KVM();

    EXPECT_EQ(run("run " + guest(0) + " --set console=none").out, "");
    EXPECT_EQ(run("run " + guest(0) + " --set 'console={\"file\": \"" + (folder() / "log").string() + "\"}'").out, "");
    EXPECT_EQ(read_source(folder() / "log").text, "x");
}

TEST_F(Commands, RunEndsWithStatus124WhenTimeIsUp)
{
    REQUIRE_KVM();
    const std::string config = guest(0);
    std::ofstream{folder() / "guest.bin"} << "\xeb\xfe"; // jmp to itself

    const Ended ended = run("run " + config + " --timeout 100ms --stats none");

    EXPECT_EQ(ended.status, 124);
    EXPECT_THAT(ended.err, HasSubstr("time is up"));
}

TEST_F(Commands, DoctorsTextAndJsonAgree)
{
    const Ended text = run("doctor"), json = run("doctor --json");
    const auto parsed = nlohmann::json::parse(json.out);

    EXPECT_EQ(text.status, json.status);
    EXPECT_EQ(parsed["healthy"], json.status == 0);
    EXPECT_THAT(text.out, StartsWith("KVM\n"));
    EXPECT_EQ(text.out.find("PROBLEM") == std::string::npos, text.status == 0);
}

TEST_F(Commands, DoctorForetellsTheKernelMode)
{
    REQUIRE_KVM();

    const auto findings = nlohmann::json::parse(run("doctor --json").out)["findings"];
    const auto mode = std::find_if(findings.begin(), findings.end(),
                                   [](const auto& finding) { return finding["name"] == "kernel_mode auto"; });

    ASSERT_NE(mode, findings.end());
    EXPECT_THAT((*mode)["value"].get<std::string>(), testing::AnyOf(StartsWith("ring0"), StartsWith("ring3: ")));
}

TEST_F(Commands, DoctorMeasuresWhatAnExitCosts)
{
    REQUIRE_KVM();

    const auto findings = nlohmann::json::parse(run("doctor --json").out)["findings"];
    const auto exit = std::find_if(findings.begin(), findings.end(),
                                   [](const auto& finding) { return finding["name"] == "PIO exit, median"; });

    ASSERT_NE(exit, findings.end());
    EXPECT_GT((*exit)["measure"], 0);
    EXPECT_EQ((*exit)["unit"], "us");
}

} // namespace
} // namespace vitrine
