#include "vmm/guest_test/placeholders.hpp"

#include <gtest/gtest.h>

namespace vitrine::guest_test {
namespace {

MachineConfig machine_of(unsigned cpus)
{
    MachineConfig machine;
    machine.cpus = cpus;
    return machine;
}

TEST(Placeholders, StandForWhatTheMachineHas)
{
    const Placeholders four{7, machine_of(4)};

    EXPECT_EQ(four.expand("${cpus} CPUs: ${cpu_list}, last ${last_cpu}, seed ${seed}, ${cpus}"),
              "4 CPUs: 0 1 2 3, last 3, seed 7, 4");
    EXPECT_EQ((Placeholders{7, machine_of(1)}.expand("${cpu_list} ${last_cpu}")), "0 0");
}

TEST(Placeholders, LeaveWhatTheyDoNotKnow)
{
    EXPECT_EQ(Placeholders{1}.expand("${vitrine}/x ${cpus} ${seed} $ ${"), "${vitrine}/x ${cpus} 1 $ ${");
}

TEST(Placeholders, TellThoseThatDoNotExist)
{
    EXPECT_EQ(Placeholders::unknown_in("${cpus} ${cpu_lst} ${x}"), "${cpu_lst}");
    EXPECT_EQ(Placeholders::unknown_in("${cpus} x{2}$ ${"), std::nullopt);
}

} // namespace
} // namespace vitrine::guest_test
