#pragma once

#include "lib/types.hpp"

#include <optional>
#include <span>

namespace kernel {

/// A set of small numbers, over words that somebody else owns.
class Bitmap {
public:
    static constexpr std::size_t bits_per_word = 64;
    static constexpr std::size_t words_for(std::size_t bits) { return (bits + bits_per_word - 1) / bits_per_word; }

    constexpr Bitmap() = default;
    constexpr explicit Bitmap(std::span<u64> words) : words_{words} {}

    constexpr std::size_t size() const { return words_.size() * bits_per_word; }
    constexpr bool test(std::size_t bit) const
    {
        return (words_[bit / bits_per_word] >> (bit % bits_per_word) & 1) != 0;
    }
    constexpr void set(std::size_t bit) { words_[bit / bits_per_word] |= u64{1} << (bit % bits_per_word); }
    constexpr void clear(std::size_t bit) { words_[bit / bits_per_word] &= ~(u64{1} << (bit % bits_per_word)); }

    /// The lowest number from `from` on that is not in the set.
    constexpr std::optional<std::size_t> find_clear(std::size_t from = 0) const
    {
        for (std::size_t word = from / bits_per_word; word < words_.size(); ++word) {
            u64 clear = ~words_[word];
            if (word == from / bits_per_word)
                clear &= ~u64{0} << (from % bits_per_word);
            if (clear != 0)
                return word * bits_per_word + static_cast<std::size_t>(__builtin_ctzll(clear));
        }
        return std::nullopt;
    }

private:
    std::span<u64> words_;
};

} // namespace kernel
