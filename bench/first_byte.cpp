#include "bench/comparison.hpp"
#include "bench/contenders.hpp"
#include "bench/tables.hpp"
#include "bench/temporary_file.hpp"

#include <vector>

namespace bench {

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
