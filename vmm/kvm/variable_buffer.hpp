#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace vitrine {

/// Storage for one of the KVM structures that end in a variable number of entries (kvm_cpuid2, kvm_msrs, ...).
template <typename Header, typename Entry>
class VariableBuffer {
public:
    explicit VariableBuffer(std::size_t entries)
        : words_{std::make_unique<std::uint64_t[]>((sizeof(Header) + entries * sizeof(Entry) + 7) / 8)}
    {}

    Header* get() { return reinterpret_cast<Header*>(words_.get()); }
    Header* operator->() { return get(); }

private:
    std::unique_ptr<std::uint64_t[]> words_; ///< zeroed, aligned for every KVM structure
};

} // namespace vitrine
