#include "bench/comparison.hpp"
#include "bench/contenders.hpp"
#include "bench/tables.hpp"

#include <vector>

namespace bench {

void memory(unsigned rounds)
{
    const Contender ours = vitrine("idle", "kernel");
    const std::vector<Contender> contenders = {bare_loop("idle", true), ours, qemu("idle_pvh", "kvm")};

    Comparison resident{"Memory besides the guest's RAM, resident (Rss)", "MiB"};
    Comparison proportional{"Memory besides the guest's RAM, shared pages counted in part (Pss)", "MiB"};
    for (unsigned round = 0; round != rounds; ++round) {
        for (const Contender& contender : contenders) {
            const Run result = run(contender, {.marker = "!", .guest_ram = guest_ram});
            if (result.marker.count() < 0)
                continue;
            resident.of(contender.name).add(result.resident_mib);
            proportional.of(contender.name).add(result.proportional_mib);
        }
    }
    resident.set_target(ours.name, {.limit = 5, .text = "under 5 MiB"});
    resident.print();
    proportional.print();
}

} // namespace bench
