#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

struct Symbol {
    std::uint64_t address;
    std::uint64_t size; ///< 0: up to the next symbol
    std::string name;   ///< demangled
};

/// Function symbols of the guest kernel, sorted by address. Copies share them. Safe to use from any thread.
class SymbolTable {
public:
    /// Where the symbols come from. Called at most once, at the first question: only a guest that dies is asked about.
    using Source = std::function<std::vector<Symbol>()>;

    SymbolTable() = default;
    explicit SymbolTable(std::vector<Symbol> symbols);
    explicit SymbolTable(Source source);

    struct Place {
        std::string_view name; ///< valid as long as a copy of the table is
        std::uint64_t offset;
    };
    /// The symbol that covers `address`.
    std::optional<Place> find(std::uint64_t address) const;
    bool empty() const { return symbols().empty(); }

private:
    struct State;
    const std::vector<Symbol>& symbols() const;

    std::shared_ptr<State> state_;
};

} // namespace vitrine
