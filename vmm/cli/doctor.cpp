#include "vmm/cli/command.hpp"
#include "vmm/cli/terminal.hpp"
#include "vmm/doctor/examine.hpp"

#include <CLI/App.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace vitrine::cli {
namespace {

using doctor::Finding;
using doctor::Verdict;

bool is_problem(const Finding& finding) { return finding.verdict == Verdict::problem; }

std::string_view name_of(Verdict verdict)
{
    switch (verdict) {
    case Verdict::good: return "ok";
    case Verdict::note: return "note";
    case Verdict::problem: return "PROBLEM";
    }
    return {};
}

std::string_view colour_of(Verdict verdict)
{
    switch (verdict) {
    case Verdict::good: return "\033[32m";
    case Verdict::note: return "\033[33m";
    case Verdict::problem: return "\033[1;31m";
    }
    return {};
}

void print_text(const doctor::Findings& findings)
{
    const bool colour = has_colour(stdout);
    std::string_view topic;
    for (const Finding& finding : findings) {
        if (finding.topic != topic) {
            fmt::print("{}{}\n", topic.empty() ? "" : "\n", finding.topic);
            topic = finding.topic;
        }
        fmt::print("  {}{:8}{}{:24}{}\n", colour ? colour_of(finding.verdict) : "", name_of(finding.verdict),
                   colour ? "\033[0m" : "", finding.name, finding.value);
        if (!finding.advice.empty())
            fmt::print("{:10}-> {}\n", "", finding.advice);
    }
    const auto problems = std::count_if(findings.begin(), findings.end(), is_problem);
    fmt::print("\n{}\n", problems == 0   ? "No problems: `vitrine run` works here."
                         : problems == 1 ? "1 problem."
                                         : fmt::format("{} problems.", problems));
}

void print_json(const doctor::Findings& findings)
{
    auto list = nlohmann::ordered_json::array();
    for (const Finding& finding : findings) {
        nlohmann::ordered_json entry{
            {"topic", finding.topic},
            {"name", finding.name},
            {"verdict", finding.verdict == Verdict::problem ? "problem" : name_of(finding.verdict)},
            {"value", finding.value}};
        if (!finding.advice.empty())
            entry["advice"] = finding.advice;
        if (finding.measure) {
            entry["measure"] = finding.measure->value;
            entry["unit"] = finding.measure->unit;
        }
        list.push_back(std::move(entry));
    }
    const bool healthy = std::none_of(findings.begin(), findings.end(), is_problem);
    fmt::print("{}\n", nlohmann::ordered_json{{"healthy", healthy}, {"findings", std::move(list)}}.dump(2));
}

} // namespace

void add_doctor(CLI::App& app, Action& action)
{
    const auto json = std::make_shared<bool>(false);
    CLI::App& command = *app.add_subcommand("doctor", "Find out what this machine's KVM can do, and what is wrong");
    command.add_flag("--json", *json, "Print JSON");
    command.footer("Status: 0 when guests can run, 1 when there is a problem. Each problem comes with what to do.");
    command.callback([json, &action] {
        action = [json] {
            const auto findings = doctor::examine_everything();
            *json ? print_json(findings) : print_text(findings);
            return std::any_of(findings.begin(), findings.end(), is_problem) ? 1 : 0;
        };
    });
}

} // namespace vitrine::cli
