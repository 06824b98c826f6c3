#pragma once

#include "vmm/boot/image_file.hpp"

#include <string_view>

namespace vitrine {

/// What a file that is not what we wanted looks like, for the error message.
struct FileKind {
    std::string_view description;      ///< `compressed with gzip`, `a text file`; never empty
    std::string_view unpack_command{}; ///< for compressed files

    bool is_compressed() const { return !unpack_command.empty(); }
};

FileKind recognise(const ImageView& image);

} // namespace vitrine
