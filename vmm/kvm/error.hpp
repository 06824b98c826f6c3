#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace vitrine {

/// A KVM operation that the host refused. The message names the ioctl (or system call), the reason, and what to do.
class KvmError : public std::system_error {
public:
    /// `operation` is the ioctl's name as in linux/kvm.h, or the system call with what it was called on.
    KvmError(std::string_view operation, int error_number);
    KvmError(std::string_view operation, int error_number, std::string_view hint);

    const std::string& operation() const { return operation_; }
    /// What a person can do about it; may be empty.
    const std::string& hint() const { return hint_; }

private:
    std::string operation_;
    std::string hint_;
};

} // namespace vitrine
