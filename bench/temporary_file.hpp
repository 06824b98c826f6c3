#pragma once

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <unistd.h>

namespace bench {

/// An empty file that goes with this object.
class TemporaryFile {
public:
    TemporaryFile()
    {
        const int descriptor = mkstemp(path_.data());
        if (descriptor < 0)
            throw std::system_error{errno, std::generic_category(), path_};
        close(descriptor);
    }
    ~TemporaryFile() { unlink(path_.c_str()); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    const std::string& path() const { return path_; }

private:
    std::string path_ = "/tmp/vitrine-bench-XXXXXX";
};

} // namespace bench
