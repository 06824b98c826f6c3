#include "vmm/config/json_document.hpp"

#include <gtest/gtest.h>

namespace vitrine {
namespace {

JsonDocument parse(std::string text) { return JsonDocument{{.name = "test.json", .text = std::move(text)}}; }

/// Line and column of a place, as `line:column+width`.
std::string where(const Diagnostic& diagnostic)
{
    const SourcePlace& place = diagnostic.place;
    return std::to_string(place.line) + ":" + std::to_string(place.column) + "+" + std::to_string(place.width);
}

std::string value_at(const JsonDocument& document, std::string_view pointer)
{
    return where(document.about_value(pointer, {}));
}

std::string key_at(const JsonDocument& document, std::string_view pointer)
{
    return where(document.about_key(pointer, {}));
}

TEST(JsonDocument, KnowsWhereEveryKeyAndValueIs)
{
    const auto document = parse("{\n"
                                "  \"text\": \"a \\\" b\", \"number\": -1.5e3,\n"
                                "  \"list\": [true,null , {\"a\":[]}]\n"
                                "}");

    EXPECT_EQ(value_at(document, ""), "1:1+1");
    EXPECT_EQ(key_at(document, "/text"), "2:3+6");
    EXPECT_EQ(value_at(document, "/text"), "2:11+8");
    EXPECT_EQ(value_at(document, "/number"), "2:31+6");
    EXPECT_EQ(value_at(document, "/list/0"), "3:12+4");
    EXPECT_EQ(value_at(document, "/list/1"), "3:17+4");
    EXPECT_EQ(key_at(document, "/list/2/a"), "3:25+3");
    EXPECT_EQ(value_at(document, "/list/2/a"), "3:29+1");
}

TEST(JsonDocument, KeepsPositionsRightAcrossComments)
{
    const auto document = parse("// {\"no\": 1}\n/* \"x\": [ */ { /**/ \"a\" /* : */ : // ,\n1 }");

    EXPECT_EQ(key_at(document, "/a"), "2:21+3");
    EXPECT_EQ(value_at(document, "/a"), "3:1+1");
}

TEST(JsonDocument, CountsColumnsInCharacters)
{
    const auto document = parse("\xef\xbb\xbf{\"größe\": \"ü\", \"b\": 1}");

    EXPECT_EQ(document.root()["größe"], "ü");
    EXPECT_EQ(value_at(document, "/größe"), "1:12+3");
    EXPECT_EQ(key_at(document, "/b"), "1:17+3");
}

TEST(JsonDocument, EscapesPointers)
{
    const auto document = parse("{ \"a/b~c\": 1 }");

    EXPECT_EQ(append_pointer("", "a/b~c"), "/a~1b~0c");
    EXPECT_EQ(value_at(document, "/a~1b~0c"), "1:12+1");
}

TEST(JsonDocument, PointsAtTheNearestValueThatItKnows)
{
    const auto document = parse("{ \"a\": { \"b\": 1 } }");

    EXPECT_EQ(value_at(document, "/a/c/d"), "1:8+1");
    EXPECT_EQ(value_at(document, "/x"), "1:1+1");
}

TEST(JsonDocument, RefusesANulCharacter) { EXPECT_THROW(parse(R"({"a": "b\u0000c"})"), ConfigError); }

TEST(JsonDocument, RefusesExcessiveSize)
{
    EXPECT_NO_THROW(parse("\"" + std::string(JsonDocument::max_string, 'x') + "\""));
    EXPECT_THROW(parse("\"" + std::string(JsonDocument::max_string + 1, 'x') + "\""), ConfigError);
    EXPECT_THROW(parse("1" + std::string(JsonDocument::max_text, ' ')), ConfigError);
}

TEST(JsonDocument, RefusesExcessiveNesting)
{
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };

    EXPECT_NO_THROW(parse(nested(JsonDocument::max_depth)));
    EXPECT_THROW(parse(nested(JsonDocument::max_depth + 1)), ConfigError);
    EXPECT_THROW(parse(std::string(JsonDocument::max_text, '[')), ConfigError);
}

TEST(JsonDocumentSet, ReplacesAndAddsValues)
{
    auto document = parse(R"({"cpus": 1, "memory": {"size": "1G"}, "list": ["a", "b"]})");

    document.set("cpus=2");
    document.set("memory.huge_pages=true");
    document.set("trace.output=run.vtrace");
    document.set("list.1=[1, 2]");
    document.set("cmdline=a=b \"c\"");

    EXPECT_EQ(document.root()["cpus"], 2);
    EXPECT_EQ(document.root()["memory"]["huge_pages"], true);
    EXPECT_EQ(document.root()["memory"]["size"], "1G");
    EXPECT_EQ(document.root()["trace"]["output"], "run.vtrace");
    EXPECT_EQ(document.root()["list"], nlohmann::json::parse(R"(["a", [1, 2]])"));
    EXPECT_EQ(document.root()["cmdline"], "a=b \"c\"");
}

TEST(JsonDocumentSet, IsWhereDiagnosticsPoint)
{
    auto document = parse("{\n\"memory\": { \"size\": \"1G\" } }");

    document.set("memory.size=99T");
    const Diagnostic value = document.about_value("/memory/size", {});
    const Diagnostic key = document.about_key("/memory/size", {});

    EXPECT_EQ(value.place.source, "--set");
    EXPECT_EQ(value.place.line_text, "memory.size=99T");
    EXPECT_EQ(where(value), "1:13+3");
    EXPECT_EQ(where(key), "1:1+11");
    EXPECT_TRUE(document.was_set("/memory/size"));
    EXPECT_FALSE(document.was_set("/memory"));
}

TEST(JsonDocumentSet, ForgetsTheOldValuesPlaces)
{
    auto document = parse("{ \"initramfs\": [{ \"from\": \"a\" }] }");

    document.set(R"(initramfs=[{"from": "b"}])");

    EXPECT_TRUE(document.was_set("/initramfs/0/from"));
    EXPECT_EQ(document.about_value("/initramfs/0/from", {}).place.source, "--set");
}

TEST(JsonDocumentSet, RefusesWhatIsNotAnAssignment)
{
    auto document = parse(R"({"memory": "1G", "list": [1]})");

    for (const char* argument : {"", "cpus", "=1", "memory.size=1G", "list.1=2", "list.x=2", "a={\"b\":1,\"b\":2}"})
        EXPECT_THROW(document.set(argument), ConfigError) << argument;
}

} // namespace
} // namespace vitrine
