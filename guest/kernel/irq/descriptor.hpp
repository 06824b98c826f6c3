#pragma once

#include "arch/cpu.hpp"
#include "kernel/irq/irq.hpp"
#include "kernel/irq/spurious.hpp"
#include "kernel/sched/wait_queue.hpp"
#include "kernel/sync/mutex.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/locked.hpp"

#include <array>
#include <optional>

/// What the kernel knows of each interrupt; for the files of this folder.
///
/// Lock order: requests -> state -> a chip's lock, or the vectors'. No lock is held while handlers run: an interrupt
/// whose handlers run is `in_progress`, and whoever takes a handler away waits for that to end.
namespace kernel::irq {

/// One handler on an interrupt.
struct Action {
    Handler handler = nullptr;
    Handler thread_handler = nullptr;
    void* device = nullptr;
    Flags flags;
    std::string_view name;
    unsigned irq = 0;
    u64 thread_bit = 0;     ///< its own among those that share a oneshot line
    Action* next = nullptr; ///< read by handlers, without a lock

    Task* thread = nullptr;
    WaitQueue thread_queue;     ///< where the thread waits for one of these two
    bool thread_wanted = false; ///< set by the handler, cleared by the thread
    bool thread_ends = false;   ///< set by free()
    bool thread_ended = false;  ///< set by the thread; announced in Descriptor::idle
};

/// Why a line is held back, and what is to be done when it is let go.
struct State {
    unsigned disable_depth = 1;     ///< how often disable() was called; 1 while there is no handler
    bool in_progress = false;       ///< handlers run
    bool pending = false;           ///< it came while it was disabled or in progress: once more
    bool masked = true;             ///< at the chip
    bool spurious_disabled = false; ///< "nobody cared"
    Trigger trigger = Trigger::edge;
    bool oneshot = false;
    u64 oneshot_threads = 0; ///< threads without whom a oneshot line stays masked
    SpuriousDetector spurious;

    CpuMask affinity = all_cpus;
    bool affinity_waits = false;      ///< to be put into effect when the interrupt comes next
    std::optional<Target> target;     ///< has a vector
    std::optional<Target> old_target; ///< where it may still come, since it has been moved
};

/// Once made, it stays.
class Descriptor {
public:
    Descriptor(unsigned number, Chip& its_chip, unsigned its_line) : irq{number}, chip{its_chip}, line{its_line} {}

    const unsigned irq;
    Chip& chip;
    const unsigned line; ///< the chip's number for it

    Action* actions = nullptr; ///< changed under state's lock, read by handlers without
    Locked<State, IrqSafe> state;
    Mutex requests;                           ///< held by request() and free()
    u32 active_threads = 0;                   ///< woken and not done
    Descriptor* next_cleanup = nullptr;       ///< see vector_cleanup.cpp
    WaitQueue idle;                           ///< waits for active_threads to fall to zero, or for a thread's end
    std::array<u32, arch::max_cpus> counts{}; ///< each written by its own CPU
};

/// Null when nobody has asked for that interrupt yet.
Descriptor* find(unsigned irq);
/// They stay: how many there are.
unsigned descriptor_count();
/// Makes one. EEXIST, EINVAL, ENOMEM.
Result<Descriptor*> make_descriptor(unsigned irq, Chip& chip, unsigned line);
/// Makes one with a number above the I/O APIC's. ENOSPC, ENOMEM.
Result<Descriptor*> make_descriptor(Chip& chip, unsigned line);

/// flow.cpp: an interrupt has come. Interrupts masked; ends it at the local APIC.
void handle(Descriptor& descriptor);
/// Masks the line.
void keep_quiet(Descriptor& descriptor, State& state);
/// Unmasks the line, if nothing holds it back.
void unmask_if_due(Descriptor& descriptor, State& state);
/// A thread of a oneshot line is done.
void finish_oneshot(Descriptor& descriptor, Action& action);

/// thread.cpp
Result<void> start_thread(Descriptor& descriptor, Action& action);
void wake_thread(Descriptor& descriptor, Action& action);
void stop_thread(Descriptor& descriptor, Action& action);

/// affinity.cpp: gives the line a vector on some CPU of its affinity and routes it there, masked. With `state` locked.
Result<void> activate(Descriptor& descriptor, State& state);
void deactivate(Descriptor& descriptor, State& state);
/// Moves the interrupt to a CPU of its affinity, if it can be moved now.
void move_if_wanted(Descriptor& descriptor, State& state);

/// vector_cleanup.cpp: gives the vector of `state.old_target` back once nothing can come by it any more.
void clean_up_old_target(Descriptor& descriptor, const State& state);

} // namespace kernel::irq
