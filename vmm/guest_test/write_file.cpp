#include "vmm/guest_test/write_file.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace vitrine::guest_test {

void write_file(const std::filesystem::path& path, const std::string& text)
{
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out{std::fopen(path.c_str(), "we"), &std::fclose};
    if (!out || std::fwrite(text.data(), 1, text.size(), out.get()) != text.size() || std::fflush(out.get()) != 0)
        throw std::system_error{errno, std::generic_category(), "cannot write " + path.string()};
}

} // namespace vitrine::guest_test
