#pragma once

#include "kernel/fs/poll.hpp"
#include "kernel/fs/transfer.hpp"
#include "kernel/sched/task.hpp"
#include "kernel/sched/wait_queue.hpp"
#include "kernel/sync/atomic.hpp"
#include "kernel/sync/mutex.hpp"
#include "kernel/tty/driver.hpp"
#include "kernel/tty/line_discipline.hpp"
#include "lib/locked.hpp"
#include "lib/ref.hpp"
#include "lib/ring_buffer.hpp"

namespace kernel::tty {

/// A terminal (Linux's tty_struct): a line discipline between a driver and the files that programs have open.
///
/// Task context. Lock order: the two mutexes -> the terminal's lock -> what its driver locks. The lock of processes is
/// never taken under it; what jobs need of a terminal is in atomics, which change under the lock of processes.
class Terminal : public RefCounted {
public:
    Terminal(Driver& driver, const Termios& termios)
        : driver_{driver}, initial_termios_{termios}, state_{driver, termios}
    {}

    /// How a file uses it.
    struct Use {
        bool nonblocking = false;
        u32 hangups = 0; ///< that there had been when the file was opened
    };
    /// Sleeps until there is something to be read, as the settings want it. 0: end of input, or hung up. EAGAIN,
    /// ERESTARTSYS.
    Result<u64> read(const Use& use, u64 count, fs::Sink& sink);
    /// Sleeps until all is on its way. EIO: hung up.
    Result<u64> write(const Use& use, u64 count, fs::Source& source);
    fs::PollEvents poll(const Use& use, fs::PollTable* table);

    /// Input from the driver's side; how much of it there was room for. Sends the signals that it means.
    std::size_t receive(std::string_view typed);
    /// What receive() would take.
    std::size_t input_room();
    /// There is room again for output.
    void output_wanted();

    /// Nobody is there any more: reads end, writes fail, the session loses its terminal and hears of it. Files that
    /// are open stay dead.
    /// `leader_ends`: because the leader of its session does.
    void hang_up(bool leader_ends = false);
    /// A line is of no use to others when the session on it has ended; a pseudo-terminal is for its other side to
    /// judge.
    virtual bool hangs_up_with_its_session() const { return true; }
    u32 hangups() const { return hangups_.load(Order::acquire); }
    bool is_hung_up(const Use& use) const { return use.hangups != hangups(); }

    Termios termios();
    /// `discard_input`: with what was typed before dropped (TCSETSF).
    void set_termios(const Termios& termios, bool discard_input);
    WindowSize window_size();
    /// Tells the foreground of a change.
    void set_window_size(const WindowSize& size);
    u32 input_size();
    u32 output_size() const { return driver_.output_pending(); }
    void discard_input();
    void discard_output();
    /// TCOOFF, TCOON.
    void suspend_output(bool suspended);
    /// TCIOFF, TCION: asks the other side to stop, or to go on.
    void send_flow_character(Special which);

    /// The session whose controlling terminal it is, and its foreground group; 0: none. Written under the lock of
    /// processes.
    Atomic<Pid> session;
    Atomic<Pid> foreground;

    /// TIOCEXCL: nobody else may open it.
    Atomic<bool> exclusive;

    Driver& driver() const { return driver_; }

private:
    /// What the lock guards.
    struct State final : Wire {
        State(Driver& to, const Termios& termios) : driver{to}, lines{*this, termios} {}

        void show(std::string_view bytes) override;
        void stop() override { stopped = true; }
        void start() override;
        bool is_stopped() const override { return stopped; }
        void discard_output() override;

        bool can_write() const { return !stopped && !suspended && held.empty() && driver.write_room() >= least_room; }
        std::size_t write(std::string_view bytes);
        bool send_held();

        Driver& driver;
        LineDiscipline lines;
        RingBuffer<256> held; ///< echo that has to wait; what there is no room for is lost
        WindowSize size;
        bool stopped = false;   ///< by ^S
        bool suspended = false; ///< by TCOOFF
        bool started = false;   ///< output may go on: writers are to be told
    };
    /// What one character may become.
    static constexpr std::size_t least_room = 8;

    struct Patience;
    Patience patience();
    Result<bool> take_input(const Use& use, u64 count, u64& done, fs::Sink& sink);
    Result<bool> wait_for_input(const Use& use, Patience& patience);
    Result<u64> write_chunk(const Use& use, std::string_view chunk);
    void after_input(signal::SignalSet signals, bool readable, bool started);

    Driver& driver_;
    const Termios initial_termios_;
    Locked<State, SpinLock> state_;
    Mutex reading_; ///< a line goes to one reader
    Mutex writing_; ///< what is written at once goes out together
    WaitQueue readers_;
    WaitQueue writers_;
    Atomic<u32> hangups_;
};

} // namespace kernel::tty
