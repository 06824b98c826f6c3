#include "vmm/guest_test/run_all.hpp"

#include "vmm/kvm/unique_fd.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <list>
#include <optional>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace vitrine::guest_test {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

std::system_error failure(const char* operation) { return {errno, std::generic_category(), operation}; }

std::string to_json(const Result& result)
{
    return json{{"verdict", static_cast<int>(result.verdict)}, {"reason", result.reason}, {"log", result.log}}.dump(
        -1, ' ', false, json::error_handler_t::replace);
}

std::optional<Result> from_json(const std::string& text)
{
    const json value = json::parse(text, nullptr, false);
    if (!value.is_object())
        return std::nullopt;
    return Result{.verdict = static_cast<Verdict>(value["verdict"].get<int>()),
                  .reason = value["reason"].get<std::string>(),
                  .log = value["log"].get<std::string>()};
}

void write_all(int fd, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written <= 0)
            return; // the reader is gone
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

struct Pipe {
    UniqueFd read_end, write_end;

    Pipe()
    {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0)
            throw failure("pipe2");
        read_end = UniqueFd{ends[0]};
        write_end = UniqueFd{ends[1]};
    }
};

/// A test in its own process. It reports through one pipe; what it prints comes through another.
class Worker {
public:
    Worker(std::size_t index, const std::function<Result(std::size_t)>& run) : index_{index}
    {
        Pipe report, printed;
        pid_ = ::fork();
        if (pid_ < 0)
            throw failure("fork");
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::dup2(printed.write_end.get(), STDOUT_FILENO);
            ::dup2(printed.write_end.get(), STDERR_FILENO);
            write_all(report.write_end.get(), to_json(run(index)));
            ::_exit(0);
        }
        streams_[0].fd = std::move(report.read_end);
        streams_[1].fd = std::move(printed.read_end);
    }

    ~Worker()
    {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    std::size_t index() const { return index_; }
    bool is_done() const { return !streams_[0].fd && !streams_[1].fd; }

    void add_to(std::vector<pollfd>& list) const
    {
        for (const Stream& stream : streams_)
            list.push_back({.fd = stream.fd.get(), .events = POLLIN, .revents = 0}); // -1 is ignored
    }

    void read_ready()
    {
        for (Stream& stream : streams_) {
            pollfd ready{.fd = stream.fd.get(), .events = POLLIN, .revents = 0};
            if (!stream.fd || ::poll(&ready, 1, 0) != 1)
                continue;
            char buffer[16 << 10];
            const ssize_t got = ::read(stream.fd.get(), buffer, sizeof buffer);
            if (got > 0)
                stream.text.append(buffer, static_cast<std::size_t>(got));
            else
                stream.fd = UniqueFd{};
        }
    }

    /// Once it is done.
    Result result()
    {
        int status = 0;
        ::waitpid(std::exchange(pid_, -1), &status, 0);
        const auto& [report, printed] = streams_;
        Result result =
            from_json(report.text)
                .value_or(Result{.verdict = Verdict::failed,
                                 .reason = !WIFSIGNALED(status) ? "vitrine ended without a result"
                                           : WTERMSIG(status) == SIGALRM
                                               ? "vitrine itself hung"
                                               : fmt::format("vitrine crashed: {}", ::strsignal(WTERMSIG(status))),
                                 .log = {}});
        if (result.verdict == Verdict::failed && !printed.text.empty())
            result.log += fmt::format("---- printed by vitrine ----\n{}", printed.text);
        result.time = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin_);
        return result;
    }

private:
    struct Stream {
        UniqueFd fd;
        std::string text;
    };

    std::size_t index_;
    pid_t pid_ = -1;
    Stream streams_[2]; ///< report, printed
    Clock::time_point begin_ = Clock::now();
};

} // namespace

void run_all(std::size_t count, unsigned jobs, const std::function<Result(std::size_t)>& run,
             const std::function<bool(std::size_t, const Result&)>& finished)
{
    std::list<Worker> workers;
    std::vector<std::optional<Result>> results(count);
    std::size_t started = 0, reported = 0;
    while (reported < count) {
        while (started < count && workers.size() < jobs)
            workers.emplace_back(started++, run);

        std::vector<pollfd> streams;
        for (const Worker& worker : workers)
            worker.add_to(streams);
        ::poll(streams.data(), streams.size(), -1);
        for (auto worker = workers.begin(); worker != workers.end();) {
            worker->read_ready();
            if (worker->is_done()) {
                results[worker->index()] = worker->result();
                worker = workers.erase(worker);
            } else {
                ++worker;
            }
        }
        for (; reported < count && results[reported]; ++reported) {
            if (!finished(reported, *results[reported]))
                return;
            results[reported]->log.clear();
        }
    }
}

} // namespace vitrine::guest_test
