#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>

#include <utility>
#include <vector>

namespace vitrine {

enum class Align { left, right };

/// Columns as wide as their widest cell, a header and a rule under it: for terminals.
class TextTable {
public:
    struct Column {
        std::string title;
        Align align = Align::left;
    };

    TextTable(std::initializer_list<Column> columns) : columns_{columns} {}

    /// One cell for each column.
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    std::string text() const;

private:
    std::vector<std::size_t> widths() const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace vitrine
