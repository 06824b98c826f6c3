#pragma once

#include "vmm/kvm/unique_fd.hpp"

#include <cstdint>

namespace vitrine {

/// An eventfd, non-blocking: what irqfds and ioeventfds are tied to.
class EventFd {
public:
    /// Throws std::system_error.
    EventFd();

    int get() const { return fd_.get(); }
    /// Adds one.
    void signal() const;
    /// Takes and returns what has been added since; 0: nothing.
    std::uint64_t take() const;

private:
    UniqueFd fd_;
};

} // namespace vitrine
