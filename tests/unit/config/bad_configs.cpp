#include "tests/unit/config/config_folder.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace vitrine {
namespace {

namespace fs = std::filesystem;

/// The configs in bad/, each with the message that it must give, word for word, in a .expected file beside it.
std::vector<std::string> bad_configs()
{
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator{BAD_CONFIGS}) {
        if (entry.path().extension() == ".json")
            names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string replace_all(std::string text, const std::string& what, const std::string& with)
{
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
        text.replace(at, what.size(), with);
    return text;
}

class BadConfig : public ConfigFolder, public testing::WithParamInterface<std::string> {};

TEST_P(BadConfig, IsExplainedWithPlacePointerAndHint)
{
    const fs::path file = fs::path{BAD_CONFIGS} / GetParam();
    SourceText source = read_source(file.string() + ".json");
    source.name = GetParam() + ".json";
    const std::string expected = read_source(file.string() + ".expected").text;

    std::string message = "accepted";
    try {
        parse_config(source, folder(), options());
    } catch (const ConfigError& error) {
        message = error.what();
    }

    EXPECT_EQ(replace_all(message, folder().string(), "FOLDER"), expected);
}

INSTANTIATE_TEST_SUITE_P(EachIn, BadConfig, testing::ValuesIn(bad_configs()),
                         [](const auto& test) { return test.param; });

TEST(BadConfigs, AreAtLeastTwenty) { EXPECT_GE(bad_configs().size(), 20U); }

} // namespace
} // namespace vitrine
