#include "vmm/boot/symbols.hpp"

#include <algorithm>
#include <mutex>

namespace vitrine {

namespace {

/// How far the last symbol reaches when it has no size.
constexpr std::uint64_t unsized_reach = 4096;

} // namespace

struct SymbolTable::State {
    explicit State(Source from) : source{std::move(from)} {}

    Source source;
    std::once_flag once;
    std::vector<Symbol> symbols;
};

SymbolTable::SymbolTable(std::vector<Symbol> symbols)
    : SymbolTable{Source{[symbols = std::move(symbols)] { return symbols; }}}
{}

SymbolTable::SymbolTable(Source source) : state_{std::make_shared<State>(std::move(source))} {}

const std::vector<Symbol>& SymbolTable::symbols() const
{
    static const std::vector<Symbol> none;
    if (!state_)
        return none;
    std::call_once(state_->once, [this] {
        state_->symbols = state_->source();
        // Where several begin together the sized one comes last, and is what find() meets first.
        std::sort(state_->symbols.begin(), state_->symbols.end(), [](const Symbol& a, const Symbol& b) {
            return a.address != b.address ? a.address < b.address : a.size < b.size;
        });
    });
    return state_->symbols;
}

std::optional<SymbolTable::Place> SymbolTable::find(std::uint64_t address) const
{
    const std::vector<Symbol>& all = symbols();
    const auto next = std::upper_bound(all.begin(), all.end(), address, [](std::uint64_t value, const Symbol& symbol) {
        return value < symbol.address;
    });
    if (next == all.begin())
        return std::nullopt;
    const Symbol& symbol = *(next - 1);
    const std::uint64_t offset = address - symbol.address;
    const bool unbounded = symbol.size == 0 && next != all.end();
    if (!unbounded && offset >= (symbol.size == 0 ? unsized_reach : symbol.size))
        return std::nullopt;
    return Place{symbol.name, offset};
}

} // namespace vitrine
