#include "vmm/observe/text_table.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace vitrine {
namespace {

void append_cell(std::string& line, std::string_view cell, Align align, std::size_t width)
{
    if (!line.empty())
        line += "  ";
    line += align == Align::left ? fmt::format("{:<{}}", cell, width) : fmt::format("{:>{}}", cell, width);
}

std::string trimmed(std::string line)
{
    line.erase(line.find_last_not_of(' ') + 1);
    return line + '\n';
}

} // namespace

std::vector<std::size_t> TextTable::widths() const
{
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t width = columns_[i].title.size();
        for (const auto& row : rows_)
            width = std::max(width, row[i].size());
        result.push_back(width);
    }
    return result;
}

std::string TextTable::text() const
{
    const std::vector<std::size_t> width = widths();
    std::string header;
    std::string rule;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        append_cell(header, columns_[i].title, columns_[i].align, width[i]);
        append_cell(rule, std::string(width[i], '-'), Align::left, width[i]);
    }
    std::string text = trimmed(header) + trimmed(rule);
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t i = 0; i < columns_.size(); ++i)
            append_cell(line, row[i], columns_[i].align, width[i]);
        text += trimmed(line);
    }
    return text;
}

} // namespace vitrine
