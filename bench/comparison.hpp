#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bench {

/// A set of measurements of one thing, in one unit.
class Samples {
public:
    void add(double value) { values_.push_back(value); }
    bool empty() const { return values_.empty(); }
    double median() const { return quantile(0.5); }
    double quantile(double fraction) const;

private:
    std::vector<double> values_;
};

/// A limit, and the words for it.
struct Target {
    double limit = 0; ///< the median must not be above it
    std::string text;
};

/// One table: a row for each contender, with its ratio to the first.
class Comparison {
public:
    Comparison(std::string title, std::string unit) : title_{std::move(title)}, unit_{std::move(unit)} {}

    /// The samples of `name`, which the first call makes a row of.
    Samples& of(const std::string& name);
    void set_target(const std::string& name, Target target);
    /// Instead of figures: why there are none.
    void set_remark(const std::string& name, std::string remark);

    void print() const;

private:
    struct Row {
        std::string name;
        Samples samples;
        std::optional<Target> target;
        std::string remark;
    };
    Row& row(const std::string& name);

    std::string title_;
    std::string unit_;
    std::vector<Row> rows_;
};

} // namespace bench
