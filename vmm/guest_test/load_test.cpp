#include "vmm/config/json_document.hpp"
#include "vmm/config/load_config.hpp"
#include "vmm/config/quantity.hpp"
#include "vmm/config/schema.hpp"
#include "vmm/guest_test/guest_test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <utility>

namespace vitrine::guest_test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto default_timeout = 20s;

constexpr std::pair<std::string_view, Ending> endings[] = {
    {"guest_exit", Ending::guest_exit},
    {"guest_reset", Ending::guest_reset},
    {"stopped", Ending::stopped},
    {"triple_fault", Ending::triple_fault},
    {"internal_error", Ending::internal_error},
    {"unknown_exit", Ending::unknown_exit},
    {"vmm_error", Ending::vmm_error},
    {"timeout", Ending::timeout},
    {"no_progress", Ending::no_progress},
};

/// Makes a GuestTest of a document that matches the schema. Used once.
class Reader {
public:
    Reader(const JsonDocument& document, std::filesystem::path folder)
        : document_{document}, root_{document.root()}, folder_{std::move(folder)}
    {}

    GuestTest read()
    {
        read_run();
        read_console();
        test_.console_never = patterns("console_never");
        test_.report = patterns("report");
        for (const auto& text : root_.value("error", std::vector<std::string>{}))
            test_.error.push_back({.text = text});
        test_.leaks = patterns("leaks");
        test_.exits = bounds("exits");
        test_.trace = bounds("trace");
        read_ending();
        test_.asks_for_leaks = root_.contains("leaks");
        read_needs();
        if (!diagnostics_.empty())
            throw ConfigError{std::move(diagnostics_)};
        return std::move(test_);
    }

private:
    void read_run()
    {
        const json& config = root_["config"];
        if (config.is_string())
            test_.config = std::filesystem::path{config.get<std::string>()};
        else
            test_.config = InlineConfig{config.dump(2)};
        test_.overrides = root_.value("set", std::vector<std::string>{});
        if (root_.value("kernel", "") == "debug") {
            test_.machine_needs.debug_kernel = true;
            test_.overrides.insert(test_.overrides.begin(), fmt::format("kernel=${{vitrine}}/{}", debug_kernel_image));
        }
        test_.timeout = default_timeout;
        if (const auto timeout = root_.find("timeout"); timeout != root_.end()) {
            const auto parsed = parse_duration(timeout->get_ref<const std::string&>());
            if (!parsed)
                complain("/timeout", "number too large", {});
            test_.timeout = parsed.value_or(default_timeout);
        }
    }

    Pattern pattern(const json& value, const std::string& pointer)
    {
        Pattern read = text_or_regex(value, pointer);
        if (const auto unknown = Placeholders::unknown_in(read.text))
            complain(pointer, "unknown placeholder " + *unknown, "${cpus}, ${last_cpu}, ${cpu_list} or ${seed}");
        return read;
    }

    Pattern text_or_regex(const json& value, const std::string& pointer)
    {
        if (value.is_string())
            return {.text = value.get<std::string>()};
        if (value.contains("text") == value.contains("regex"))
            complain(pointer, "not a pattern", "either \"text\" or \"regex\"");
        if (!value.contains("regex"))
            return {.text = value.value("text", "")};
        Pattern regex{.text = value["regex"].get<std::string>(), .is_regex = true};
        try {
            Pattern{.text = Placeholders{0, {}}.expand(regex.text), .is_regex = true}.find("", 0);
        } catch (const std::regex_error&) {
            complain(pointer + "/regex", "malformed regular expression", "an ECMAScript regular expression");
        }
        return regex;
    }

    void read_console()
    {
        const json steps = root_.value("console", json::array());
        for (std::size_t i = 0; i < steps.size(); ++i)
            test_.console.push_back({.pattern = pattern(steps[i], append_pointer("/console", i)),
                                     .type = steps[i].is_object() ? steps[i].value("type", "") : ""});
        test_.stop_after_console = root_.value("stop_after_console", false);
        if (test_.stop_after_console && steps.empty())
            complain("/stop_after_console", "nothing to stop after", "\"console\" beside it");
        read_console_equals();
    }

    void read_console_equals()
    {
        const auto name = root_.find("console_equals");
        if (name == root_.end())
            return;
        const auto path = folder_ / name->get<std::string>();
        std::ifstream file{path, std::ios::binary};
        test_.console_equals.emplace(std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{});
        if (!file)
            complain("/console_equals", "cannot be read: " + path.string(), "a file beside the test");
    }

    std::vector<Pattern> patterns(const char* key)
    {
        std::vector<Pattern> list;
        const json values = root_.value(key, json::array());
        for (std::size_t i = 0; i < values.size(); ++i)
            list.push_back(pattern(values[i], append_pointer(append_pointer("", std::string_view{key}), i)));
        return list;
    }

    std::map<std::string, Bounds> bounds(const char* key)
    {
        std::map<std::string, Bounds> map;
        const json values = root_.value(key, json::object());
        for (const auto& [name, value] : values.items())
            map[name] = read_bounds(value);
        return map;
    }

    static Bounds read_bounds(const json& value)
    {
        const Bounds all;
        return {.min = value.value("min", all.min), .max = value.value("max", all.max)};
    }

    /// A guest that ends as it likes says so by its status; other endings have the statuses that vitrine gives them.
    void read_ending()
    {
        test_.ending = test_.stop_after_console ? Ending::stopped : Ending::guest_exit;
        if (const auto ending = root_.find("ending"); ending != root_.end()) {
            for (const auto& [name, value] : endings) {
                if (*ending == name)
                    test_.ending = value;
            }
        }
        if (root_.contains("status") || test_.ending == Ending::guest_exit)
            test_.status = root_.value("status", std::uint8_t{0});
    }

    void read_needs()
    {
        for (const json& need : root_.value("needs", json::array())) {
            if (need.is_object())
                read_machine_needs(need);
            else if (need == "kvm")
                test_.needs_kvm = true;
            else
                test_.needs_native_ring0 = true;
        }
    }

    void read_machine_needs(const json& need)
    {
        MachineNeeds& needs = test_.machine_needs;
        if (const auto file = need.find("file"); file != need.end())
            test_.needs_files.push_back(file->get<std::string>());
        if (const auto cpus = need.find("cpus"); cpus != need.end())
            needs.cpus = read_bounds(*cpus);
        if (const auto irqchip = need.find("irqchip"); irqchip != need.end())
            needs.irqchip = *irqchip == "split" ? IrqChip::split : IrqChip::kernel;
        if (const auto mode = need.find("kernel_mode"); mode != need.end())
            needs.kernel_mode = *mode == "ring3" ? KernelModeChoice::ring3 : KernelModeChoice::ring0;
    }

    void complain(const std::string& pointer, std::string problem, std::string expected)
    {
        diagnostics_.push_back(document_.about_value(
            pointer, {.problem = std::move(problem), .expected = std::move(expected), .found = {}, .hint = {}}));
    }

    const JsonDocument& document_;
    const json& root_;
    std::filesystem::path folder_; ///< the test's
    GuestTest test_;
    std::vector<Diagnostic> diagnostics_;
};

} // namespace

bool GuestTest::is_portable() const
{
    return !needs_kvm && !needs_native_ring0 && !stop_after_console && ending == Ending::guest_exit && report.empty() &&
           error.empty() && exits.empty() && trace.empty();
}

GuestTest expanded(GuestTest test, const Placeholders& placeholders)
{
    const auto expand = [&](Pattern& pattern) { pattern.text = placeholders.expand(pattern.text); };
    for (ConsoleStep& step : test.console)
        expand(step.pattern);
    for (auto* patterns : {&test.console_never, &test.report, &test.leaks})
        std::for_each(patterns->begin(), patterns->end(), expand);
    return test;
}

GuestTest load_test(const std::filesystem::path& file, std::string name)
{
    const JsonDocument document{read_source(file)};
    Schema{test_schema_text, test_schema_rules}.check(document);
    GuestTest test = Reader{document, file.parent_path()}.read();
    test.name = std::move(name);
    test.file = std::filesystem::absolute(file);
    return test;
}

} // namespace vitrine::guest_test
