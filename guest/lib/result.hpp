#pragma once

#include <new>
#include <type_traits>
#include <utility>

namespace kernel {

/// Linux's numbers (asm-generic/errno.h).
enum class Errno : int {
    eperm = 1,
    enoent = 2,
    esrch = 3,
    eintr = 4,
    eio = 5,
    enxio = 6,
    e2big = 7,
    enoexec = 8,
    ebadf = 9,
    echild = 10,
    eagain = 11,
    enomem = 12,
    eacces = 13,
    efault = 14,
    enotblk = 15,
    ebusy = 16,
    eexist = 17,
    exdev = 18,
    enodev = 19,
    enotdir = 20,
    eisdir = 21,
    einval = 22,
    enfile = 23,
    emfile = 24,
    enotty = 25,
    etxtbsy = 26,
    efbig = 27,
    enospc = 28,
    espipe = 29,
    erofs = 30,
    emlink = 31,
    epipe = 32,
    edom = 33,
    erange = 34,
    edeadlk = 35,
    enametoolong = 36,
    enolck = 37,
    enosys = 38,
    enotempty = 39,
    eloop = 40,
    enomsg = 42,
    eidrm = 43,
    enodata = 61,
    etime = 62,
    eproto = 71,
    ebadmsg = 74,
    eoverflow = 75,
    eilseq = 84,
    enotsock = 88,
    edestaddrreq = 89,
    emsgsize = 90,
    eprototype = 91,
    enoprotoopt = 92,
    eprotonosupport = 93,
    esocktnosupport = 94,
    eopnotsupp = 95,
    eafnosupport = 97,
    eaddrinuse = 98,
    eaddrnotavail = 99,
    econnaborted = 103,
    econnreset = 104,
    enobufs = 105,
    eisconn = 106,
    enotconn = 107,
    etimedout = 110,
    econnrefused = 111,
    ealready = 114,
    einprogress = 115,
    ecanceled = 125,
    eownerdead = 130,
    enotrecoverable = 131,

    // A system call that a signal has ended; no program ever sees these. What becomes of it (EINTR, or the same once
    // more) is decided when it is known whether a handler runs: see signal/restart.hpp.
    erestartsys = 512,           ///< once more, unless a handler without SA_RESTART runs
    erestartnointr = 513,        ///< once more, always
    erestartnohand = 514,        ///< once more, unless a handler runs
    erestart_restartblock = 516, ///< once more by restart_syscall(2), unless a handler runs
};

/// A value or why there is none: the kernel's one error idiom. `return Errno::enomem;` or `return value;`.
template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : ok_{true} { new (&storage_.value) T(std::move(value)); }
    Result(Errno error) : ok_{false} { storage_.error = error; }
    Result(Result&& other) noexcept : ok_{other.ok_}
    {
        if (ok_)
            new (&storage_.value) T(std::move(other.storage_.value));
        else
            storage_.error = other.storage_.error;
    }
    Result& operator=(Result&&) = delete;
    ~Result()
    {
        if (ok_)
            storage_.value.~T();
    }

    explicit operator bool() const { return ok_; }
    T& value() { return storage_.value; }
    const T& value() const { return storage_.value; }
    Errno error() const { return storage_.error; }
    T release() { return std::move(storage_.value); }

private:
    union Storage {
        Storage() {}
        ~Storage() {}
        T value;
        Errno error;
    } storage_;
    bool ok_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Errno error) : error_{static_cast<int>(error)} {}
    explicit operator bool() const { return error_ == 0; }
    Errno error() const { return static_cast<Errno>(error_); }
    void release() {}

private:
    int error_ = 0;
};

/// The value of a Result, or out of the enclosing function with its error. Nests: each has a variable of its own.
#define TRY(expression) TRY_WITH(TRY_NAME(try_result_, __COUNTER__), expression)
#define TRY_NAME(prefix, number) TRY_JOIN(prefix, number)
#define TRY_JOIN(prefix, number) prefix##number
#define TRY_WITH(result, expression)                                                                                   \
    __extension__({                                                                                                    \
        auto result = (expression);                                                                                    \
        if (!result)                                                                                                   \
            return result.error();                                                                                     \
        result.release();                                                                                              \
    })

} // namespace kernel
