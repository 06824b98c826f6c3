#pragma once

#include <cstdint>
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

/// Function symbols of the guest kernel, sorted by address.
class SymbolTable {
public:
    SymbolTable() = default;
    explicit SymbolTable(std::vector<Symbol> symbols);

    struct Place {
        std::string_view name;
        std::uint64_t offset;
    };
    /// The symbol that covers `address`.
    std::optional<Place> find(std::uint64_t address) const;
    bool empty() const { return symbols_.empty(); }

private:
    std::vector<Symbol> symbols_;
};

} // namespace vitrine
