#include "vmm/cli/artifacts.hpp"

#include <cstdlib>

namespace vitrine::cli {

std::filesystem::path default_artifacts()
{
    if (const char* folder = std::getenv("VITRINE_ARTIFACTS"); folder != nullptr && *folder != '\0')
        return std::filesystem::absolute(folder);
    return std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "guest";
}

} // namespace vitrine::cli
