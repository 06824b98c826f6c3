#include "bench/comparison.hpp"
#include "bench/contenders.hpp"
#include "bench/tables.hpp"

#include <vector>

namespace bench {

void startup(unsigned rounds)
{
    const Contender bare = bare_loop("empty", false);
    const Contender bare_irqchip = bare_loop("empty", true);
    const Contender ours = vitrine("empty", "none");
    const Contender ours_irqchip = vitrine("empty", "kernel");
    const std::vector<Contender> contenders = {bare, ours, bare_irqchip, ours_irqchip, qemu("empty_pvh", "kvm")};

    Comparison first_output{"An empty guest: from exec to its first output", "ms"};
    Comparison exit{"An empty guest: from exec to the process's end", "ms"};
    for (unsigned round = 0; round != rounds; ++round) {
        for (const Contender& contender : contenders) {
            const Run result = run(contender, {.marker = "!"});
            if (!result.finished || result.marker.count() < 0)
                continue;
            first_output.of(contender.name).add(result.marker.count());
            exit.of(contender.name).add(result.exit.count());
        }
    }
    first_output.set_target(ours.name, {.limit = 3, .text = "under 3 ms"});
    exit.set_target(ours.name, {.limit = exit.of(bare.name).median() + 3, .text = "bare loop + 3 ms"});
    exit.set_target(ours_irqchip.name, {.limit = exit.of(bare_irqchip.name).median() + 3, .text = "bare loop + 3 ms"});
    first_output.print();
    exit.print();
}

} // namespace bench
