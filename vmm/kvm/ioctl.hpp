#pragma once

#include "vmm/kvm/error.hpp"

#include <cerrno>
#include <sys/ioctl.h>

/// Internal to vmm/kvm: the one place that calls ioctl. KVM's API: Documentation/virt/kvm/api.rst in Linux.
namespace vitrine::kvm_ioctl {

/// An ioctl and its name, for errors. Made by VITRINE_KVM_REQUEST.
struct Request {
    unsigned long number;
    const char* name;
};

#define VITRINE_KVM_REQUEST(request)                                                                                   \
    ::vitrine::kvm_ioctl::Request { request, #request }

/// The ioctl's result, or -errno. Does not throw, retry or allocate.
template <typename Argument>
int attempt(int fd, Request request, Argument argument)
{
    const int result = ::ioctl(fd, request.number, argument);
    return result < 0 ? -errno : result;
}

/// The ioctl's result; throws KvmError.
template <typename Argument>
int call(int fd, Request request, Argument argument)
{
    const int result = attempt(fd, request, argument);
    if (result < 0)
        throw KvmError{request.name, -result};
    return result;
}

inline int call(int fd, Request request) { return call(fd, request, 0UL); }

} // namespace vitrine::kvm_ioctl
