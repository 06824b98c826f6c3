#pragma once

namespace vitrine {

/// Puts the terminal on a descriptor into raw mode, so that each key reaches the guest, Ctrl-C too; output processing
/// stays on, so that a guest's "\n" begins a line. Does nothing when the descriptor is no terminal, or when we run in
/// the background.
///
/// The terminal is restored by the destructor, by exit(3), and by every deadly signal whose action was the default;
/// and while we are suspended by SIGTSTP.
/// At most one is active at a time.
class RawTerminal {
public:
    explicit RawTerminal(int descriptor);
    ~RawTerminal();
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;

    bool active() const { return active_; }

private:
    bool active_ = false;
};

} // namespace vitrine
