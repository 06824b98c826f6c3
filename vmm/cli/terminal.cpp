#include "vmm/cli/terminal.hpp"

#include <cstdlib>
#include <string_view>
#include <unistd.h>

namespace vitrine::cli {

bool has_colour(std::FILE* stream)
{
    const char* no_color = std::getenv("NO_COLOR");
    if (no_color != nullptr && *no_color != '\0')
        return false;
    const char* term = std::getenv("TERM");
    return ::isatty(::fileno(stream)) == 1 && term != nullptr && std::string_view{term} != "dumb";
}

} // namespace vitrine::cli
