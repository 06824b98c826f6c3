#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace vitrine {

/// A program on a pseudo-terminal, used as a person would: types, and waits for what the screen shows.
class TerminalSession {
public:
    /// Begins with 24 rows of 80 columns. Throws std::system_error.
    explicit TerminalSession(const std::vector<std::string>& command);
    /// Ends the program, if it still runs.
    ~TerminalSession();
    TerminalSession(const TerminalSession&) = delete;
    TerminalSession& operator=(const TerminalSession&) = delete;

    void type(std::string_view keys);
    void resize(unsigned short rows, unsigned short columns);

    /// Waits until `text` is shown, behind what was waited for before; what was shown up to its end, without "\r".
    /// Nothing when the program ended, or was silent for too long.
    std::optional<std::string> wait_for(std::string_view text);
    /// What has been shown since the last wait_for().
    const std::string& rest() const { return shown_; }

    /// Waits for the end of the program; what a shell would call its status.
    int wait_for_end();
    /// The terminal's settings are those it began with.
    bool has_settings_of_the_beginning() const;

private:
    bool read_some();

    int terminal_ = -1;
    pid_t program_ = -1;
    std::string shown_;
};

} // namespace vitrine
