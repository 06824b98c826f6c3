#include "kernel/proc/init.hpp"

#include "arch/clock.hpp"
#include "arch/context.hpp"
#include "kernel/bench/bench.hpp"
#include "kernel/fs/file_system.hpp"
#include "kernel/init/command_line.hpp"
#include "kernel/printk.hpp"
#include "kernel/proc/load.hpp"
#include "kernel/proc/proc_pid.hpp"
#include "kernel/proc/process_table.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/test/kernel_test.hpp"
#include "kernel/test/leak_check.hpp"

namespace kernel::proc {
namespace {

/// Takes the next word off `line`: up to a blank.
std::string_view take_word(std::string_view& line)
{
    while (!line.empty() && line.front() == ' ')
        line.remove_prefix(1);
    std::size_t length = 0;
    while (length < line.size() && line[length] != ' ')
        ++length;
    const std::string_view word{line.data(), length};
    line.remove_prefix(length);
    return word;
}

Result<void> collect_strings(std::string_view path, ArgumentStrings& strings)
{
    TRY(strings.add_argument(path));
    std::string_view rest = command_line::init_arguments(command_line::text());
    for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest))
        TRY(strings.add_argument(word));
    TRY(strings.add_environment("HOME=/"));
    TRY(strings.add_environment("TERM=linux"));
    return {};
}

/// Standard input, output and error.
Result<void> open_console(Process& process)
{
    const auto console =
        TRY(fs::open(fs::View{fs::root(), fs::root(), credentials()}, "/dev/console", {.flags = fs::open_read_write}));
    return process.files().with([&](fs::FileTable& files) -> Result<void> {
        for (unsigned descriptor = 0; descriptor < 3; ++descriptor)
            TRY(files.install(console, false));
        return {};
    });
}

/// Of no process group and session yet, as in Linux: it may make its own.
Result<void> become_first_thread(Ref<Process> process)
{
    Task& task = Task::current();
    task.thread = TRY(make_box<Thread>(task, *process, credentials_reference()))
    .release();
    process->start_time = arch::monotonic_nanoseconds();
    processes().with([&](ProcessTable& table) {
        table.add(process);
        table.add(*task.thread);
    });
    Process::join(std::move(process));
    return {};
}

Result<arch::TrapFrame> become_init(std::string_view path)
{
    auto strings = TRY(make_ref<StartStrings>());
    TRY(collect_strings(path, strings->strings));
    const Program program = TRY(load_by_name({fs::root(), fs::root(), credentials()}, path, strings->strings));
    auto process = TRY(make_ref<Process>(init_pid, program.address_space, TRY(make_ref<fs::Context>(fs::root())),
                                         TRY(make_ref<fs::OpenFiles>())));
    process->start_strings = std::move(strings);
    process->signals.actions = TRY(make_ref<signal::Actions>());
    TRY(open_console(*process));
    process->session = TRY(make_ref<Session>(Pid{0}));
    TRY(become_first_thread(std::move(process)));
    return prepare_to_enter(program);
}

/// With everything it made gone from the stack: nothing returns there.
arch::TrapFrame first_user_frame()
{
    const std::string_view path = command_line::value("init").value_or("/init");
    auto frame = become_init(path);
    if (frame)
        return frame.value();
    FormatBuffer<128> message;
    format_to(message, "cannot start {}: {}", path, frame.error());
    if (frame.error() == Errno::enoent)
        message.append(" (is it in the initramfs?)");
    panic(message.view());
}

void run_init(void*)
{
    if (kernel_tests_wanted())
        run_kernel_tests();
    if (benchmarks_wanted())
        run_benchmarks();
    begin_leak_check();
    const arch::TrapFrame frame = first_user_frame();
    arch::enter_user(frame);
}

} // namespace

void start_init()
{
    set_up_process_table();
    show_processes();
    set_up_credentials();
    const auto task = sched::create_task("init", run_init, nullptr, all_cpus, init_pid);
    if (!task)
        panic("no memory for the first process");
    sched::wake(*task.value());
}

} // namespace kernel::proc
