#include "bench/comparison.hpp"
#include "bench/contenders.hpp"
#include "bench/tables.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace bench {
namespace {

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

} // namespace

void first_byte_of_init(unsigned rounds)
{
    const TemporaryFile initramfs;
    const std::vector<Contender> contenders = {vitrine_hello(), qemu_hello("kvm", initramfs.path()),
                                               qemu_hello("tcg", initramfs.path())};

    Comparison table{"Vitrine's kernel and configs/hello.json: from exec to /init's first byte", "ms"};
    for (unsigned round = 0; round != rounds; ++round) {
        for (const Contender& contender : contenders) {
            const Run result = run(contender, {.marker = "Hello"});
            if (result.marker.count() >= 0)
                table.of(contender.name).add(result.marker.count());
            else
                table.set_remark(contender.name, "the kernel does not get as far as /init there");
        }
    }
    table.print();
}

} // namespace bench
