#pragma once

#include "kernel/fs/file.hpp"
#include "kernel/tty/terminal.hpp"

namespace kernel::tty {

/// An open terminal.
class TerminalFile final : public fs::File {
public:
    /// As what it was opened.
    enum class Kind : u8 {
        terminal,
        console, ///< /dev/console: nobody's terminal, and of no jobs; a hang-up does not end it
    };

    TerminalFile(Ref<fs::Inode> node, u32 flags, Ref<Terminal> terminal, Kind kind)
        : File{std::move(node), flags}, terminal_{std::move(terminal)}, hangups_{terminal_->hangups()}, kind_{kind}
    {}
    ~TerminalFile() override { terminal_->driver().close(); }

    Result<u64> read(u64 count, fs::Sink& sink) override;
    Result<u64> write(u64 count, fs::Source& source) override;
    Result<i64> control(u64 command, u64 argument) override;
    fs::PollEvents poll(fs::PollTable* table) override { return terminal_->poll(use(), table); }

private:
    Terminal::Use use() const
    {
        return {.nonblocking = is_nonblocking(), .hangups = kind_ == Kind::console ? terminal_->hangups() : hangups_};
    }

    Ref<Terminal> terminal_;
    u32 hangups_;
    Kind kind_;
};

/// open(2) of a terminal; becomes the controlling one where that is what open does. EBUSY, EIO.
Result<Ref<fs::File>> open_terminal(const Ref<fs::Inode>& node, u32 flags, const Ref<Terminal>& terminal,
                                    TerminalFile::Kind kind = TerminalFile::Kind::terminal);

} // namespace kernel::tty
