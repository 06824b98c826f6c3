#include "kernel/proc/tear_down.hpp"

#include "arch/clock.hpp"
#include "arch/context.hpp"
#include "kernel/console.hpp"
#include "kernel/proc/process_table.hpp"
#include "kernel/proc/reap.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/signal/send.hpp"
#include "kernel/test/leak_check.hpp"

#include <utility>

namespace kernel::proc {
namespace {

/// One that has ended but for its being waited for; null: there is none.
Ref<Process> reap_one(ProcessTable& table)
{
    Process* found = nullptr;
    table.for_each([&](Process& process) {
        if (process.pid() != init_pid && process.state == Process::State::zombie)
            found = &process;
    });
    return found == nullptr ? Ref<Process>{} : reap(table, *found);
}

/// They are told to end, and cannot refuse. False: one does not get there.
bool end_all_others()
{
    processes().with([](ProcessTable& table) {
        table.for_each([](Process& process) {
            if (process.pid() != init_pid)
                signal::begin_exit(process, static_cast<i32>(Signal::kill));
        });
    });
    constexpr u64 pause = 1'000'000; // nanoseconds
    constexpr unsigned patience = 5000;
    for (unsigned time = 0; time < patience; ++time) {
        while (processes().with(reap_one)) {
        }
        if (processes().with(
                [](ProcessTable& table) { return table.thread_count() == 1 && table.process_count() == 1; }))
            return true;
        sched::sleep_until(arch::monotonic_nanoseconds() + pause);
    }
    return false;
}

/// The running task is a kernel thread from here on.
void give_up_process()
{
    Task& task = Task::current();
    Process& process = task.thread->process;
    process.close_files();
    const Ref<Process> left = Process::leave();
    process.release_memory();
    Ref<Process> of_table;
    Box<Thread> thread;
    processes().with([&](ProcessTable& table) {
        table.remove(*task.thread);
        thread = Box<Thread>{std::exchange(task.thread, nullptr)};
        of_table = reap(table, process);
    });
    arch::release_fpu(task.context);
}

} // namespace

void tear_down()
{
    if (!end_all_others())
        return console::write("memory leak: init: there are processes that do not end\n");
    give_up_process();
    end_leak_check("init");
}

} // namespace kernel::proc
