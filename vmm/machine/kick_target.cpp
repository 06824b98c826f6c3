#include "vmm/machine/kick_target.hpp"

#include <csignal>

namespace vitrine {
namespace {

/// Not one that the terminal, the shell or Asio sends.
int kick_signal() { return SIGRTMIN; }

void install_handler()
{
    static std::once_flag once;
    std::call_once(once, [] {
        struct sigaction action {};
        action.sa_handler = [](int) {}; // being interrupted is all it takes
        ::sigemptyset(&action.sa_mask);
        ::sigaction(kick_signal(), &action, nullptr);
    });
}

/// SIGINT and the like are the event loop's: here they would only interrupt KVM_RUN.
void block_other_signals()
{
    sigset_t blocked;
    ::sigfillset(&blocked);
    ::sigdelset(&blocked, kick_signal());
    ::pthread_sigmask(SIG_SETMASK, &blocked, nullptr);
}

} // namespace

void KickTarget::claim()
{
    install_handler();
    block_other_signals();
    const std::scoped_lock lock{mutex_};
    thread_ = ::pthread_self();
}

void KickTarget::disown()
{
    const std::scoped_lock lock{mutex_};
    thread_.reset();
}

void KickTarget::signal()
{
    const std::scoped_lock lock{mutex_};
    if (thread_)
        ::pthread_kill(*thread_, kick_signal());
}

} // namespace vitrine
