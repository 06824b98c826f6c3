#pragma once

/// The comparisons, each of which measures and prints its tables. `rounds`: how often each contender runs; they take
/// turns, so that what else the host does falls on all of them.
namespace bench {

/// What a PIO exit costs, to the VMM and back: by the guest's own clock.
void exit_round_trip(unsigned rounds);

/// From exec to the guest's first output, and to the process's end, with an empty guest.
void startup(unsigned rounds);

/// From exec to the first byte that /init writes: the same kernel and initramfs.
void first_byte_of_init(unsigned rounds);

/// The VMM's memory besides the guest's RAM, while an idle guest runs.
void memory(unsigned rounds);

/// Vitrine's kernel in each of its privilege models: boot, memory bandwidth, and what its operations cost.
void kernel_modes(unsigned rounds);

} // namespace bench
