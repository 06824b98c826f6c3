#pragma once

#include "kernel/fs/file.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "kernel/tty/terminal.hpp"

namespace kernel::tty {

/// A pseudo-terminal (pty(7)): a terminal whose line is a file, the master. What is written to the terminal is read
/// there, and what is written there was typed. It goes when both sides are closed; its number, when the master is.
class Pty final : public Terminal, private Driver {
public:
    Pty();
    /// With the lowest number that is free, and locked. ENOSPC, ENOMEM.
    static Result<Ref<Pty>> create();
    /// Empty when there is none.
    static Ref<Pty> find(u32 number);
    /// The one with the lowest number from `number` on.
    static Ref<Pty> first_from(u32 number);

    u32 number() const { return number_; }
    /// Nobody opens the terminal's side before unlockpt(3).
    Atomic<bool> locked{true};
    /// What /dev/pts shows: set before anybody else sees the pseudo-terminal.
    Ref<fs::Inode> node;

    bool hangs_up_with_its_session() const override { return false; }

    /// The master's side. EIO for reads when the other one was open, and is not any more, and all has been read.
    Result<u64> read_output(bool nonblocking, u64 count, fs::Sink& sink);
    Result<u64> type(bool nonblocking, u64 count, fs::Source& source);
    fs::PollEvents poll_master(fs::PollTable* table);
    u32 output_waiting() const;
    void drop_output();
    /// The terminal hangs up.
    void close_master();

private:
    std::size_t write(std::string_view bytes) override;
    std::size_t write_room() const override;
    void input_wanted() override { writers_.wake_up_all(fs::poll::writable); }
    Result<void> open() override;
    void close() override;

    struct Output {
        RingBuffer<4096> bytes;
        u32 opens = 0; ///< files of the terminal's side
        bool was_closed = false;
        bool has_master = true;
    };
    bool has_output_or_end() const;

    u32 number_ = 0;
    /// Inside the terminal's lock.
    Locked<Output, SpinLock> output_;
    WaitQueue readers_; ///< of the master
    WaitQueue writers_; ///< to the master
};

} // namespace kernel::tty
