#pragma once

#include "vmm/machine/outcome.hpp"

#include <functional>
#include <mutex>
#include <optional>

namespace vitrine {

/// Remembers the first ending that anyone asks for, and has the machine stopped.
class FirstEnding final : public MachineControl {
public:
    /// `stop` is called once, on the thread that ends the run; it must not wait for any vCPU.
    explicit FirstEnding(std::function<void()> stop) : stop_{std::move(stop)} {}

    void end(Ending ending, std::uint8_t status, std::string reason) override
    {
        {
            const std::scoped_lock lock{mutex_};
            if (outcome_)
                return;
            outcome_ = Outcome{.ending = ending, .status = status, .reason = std::move(reason), .report = {}};
        }
        stop_();
    }

    bool happened() const
    {
        const std::scoped_lock lock{mutex_};
        return outcome_.has_value();
    }

    /// Once every thread has stopped.
    Outcome outcome() const { return outcome_.value_or(Outcome{}); }

private:
    std::function<void()> stop_;
    mutable std::mutex mutex_; ///< a leaf: no other lock is taken under it
    std::optional<Outcome> outcome_;
};

} // namespace vitrine
