#pragma once

#include "vmm/boot/image_file.hpp"
#include "vmm/machine/address.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vitrine {

/// A PT_LOAD segment that occupies memory.
struct ElfSegment {
    std::uint64_t virtual_address = 0;
    GuestAddress physical_address;
    std::uint64_t offset = 0; ///< of its bytes in the file
    Bytes file_size;
    Bytes memory_size; ///< at least file_size; the rest is zero
    bool writable = false;
    bool executable = false;
};

/// The parts of an x86 ELF executable that a boot loader needs (System V gABI, ch. 4 and 5). What is handed out has
/// been checked: segments lie within the file, do not wrap and do not overlap in physical memory.
class ElfImage {
public:
    static bool has_magic(const ImageView& image);

    /// Throws ImageError. `image` outlives the ElfImage.
    explicit ElfImage(const ImageView& image);

    bool is_64_bit() const { return is_64_bit_; }
    std::uint64_t entry() const { return entry_; }                     ///< e_entry: by convention virtual
    std::span<const ElfSegment> segments() const { return segments_; } ///< by ascending physical address

    /// The segment whose virtual, or physical, range holds `address`.
    const ElfSegment* segment_at_virtual(std::uint64_t address) const;
    const ElfSegment* segment_at_physical(GuestAddress address) const;

    /// The description of the first note so named and typed.
    std::optional<std::span<const std::byte>> note(std::string_view name, std::uint32_t type) const;

    const ImageView& image() const { return image_; }

private:
    struct Note {
        std::string_view name;
        std::uint32_t type;
        std::span<const std::byte> description;
    };

    template <typename Class>
    void parse();
    template <typename Header>
    void add_segment(std::uint64_t offset, const Header& header);
    void add_notes(std::uint64_t offset, std::uint64_t size, std::uint64_t alignment);
    void check_overlaps();

    const ImageView& image_;
    bool is_64_bit_ = false;
    std::uint64_t entry_ = 0;
    std::vector<ElfSegment> segments_;
    std::vector<Note> notes_;
};

/// Function symbols from .symtab, demangled; empty when the image has none. Throws ImageError.
std::vector<Symbol> read_elf_symbols(const ImageView& image);

} // namespace vitrine
