#pragma once

/// Linux's KVM interface, as C++ can use it: include this instead of <linux/kvm.h>.
///
/// Linux 5.16 to 6.6 wrap flexible arrays in a structure with an empty member; that has size 0 in C and 1 in C++, so
/// kvm_cpuid2, kvm_msrs, kvm_irq_routing and kvm_stats_desc have the wrong size and the ioctls the wrong number.
#include <linux/stddef.h>
#undef __DECLARE_FLEX_ARRAY
#define __DECLARE_FLEX_ARRAY(type, name) type name[]
#include <linux/kvm.h>

static_assert(sizeof(kvm_cpuid2) == 8 && sizeof(kvm_msrs) == 8 && sizeof(kvm_irq_routing) == 8 &&
                  sizeof(kvm_stats_desc) == 16,
              "<linux/kvm.h> was included before vmm/kvm/kvm_api.hpp");
