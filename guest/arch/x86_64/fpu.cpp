#include "arch/x86_64/fpu.hpp"

#include "arch/interrupts.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/privilege.hpp"
#include "arch/x86_64/registers.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/printk.hpp"

#include <bit>
#include <cstring>

namespace arch {
namespace {

/// FXSAVE's image, Intel SDM vol. 1 §10.5.1.
struct alignas(16) FpuState {
    u16 control = 0x37f; ///< all exceptions masked, extended precision
    u16 status = 0;
    u8 tags = 0; ///< abridged: all registers empty
    u8 reserved = 0;
    u16 opcode = 0;
    u64 instruction = 0;
    u64 operand = 0;
    u32 simd_control = 0x1f80; ///< all exceptions masked
    u32 simd_control_mask = 0;
    u8 registers[480] = {};
};
static_assert(sizeof(FpuState) == 512);

bool lazy = true;

/// The components that XSAVE saves (XCR0); 0: FXSAVE does it. Only the kernel in ring 3 uses XSAVE: there it sees the
/// registers as programs do, all of them, while an emulated ring 0 has no XSAVE.
u64 components = 0;
u64 state_size = sizeof(FpuState);

void save(void* state)
{
    if (components != 0)
        asm volatile("xsave64 (%0)" ::"r"(state), "a"(static_cast<u32>(components)),
                     "d"(static_cast<u32>(components >> 32))
                     : "memory");
    else
        asm volatile("fxsave64 (%0)" ::"r"(state) : "memory");
}

void restore(const void* state)
{
    if (components != 0)
        asm volatile("xrstor64 (%0)" ::"r"(state), "a"(static_cast<u32>(components)),
                     "d"(static_cast<u32>(components >> 32))
                     : "memory");
    else
        asm volatile("fxrstor64 (%0)" ::"r"(state) : "memory");
}

/// What the processor has enabled for programs (Intel SDM vol. 1 §13.3).
void choose_components()
{
    constexpr u32 osxsave_bit = 1 << 27;
    constexpr u32 xsave_leaf = 0xd;
    if (!kernel_in_ring3 || (cpuid_here(1).ecx & osxsave_bit) == 0)
        return;
    u32 low;
    u32 high;
    asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    components = u64{high} << 32 | low;
    state_size = cpuid_here(xsave_leaf).ebx;
}

/// Notes that the registers hold nobody's state.
void give_up_registers(PerCpu& cpu)
{
    cpu.fpu_loaded = false;
    if (lazy)
        write_cr0(read_cr0() | cr0::task_switched);
}

kernel::Result<void*> make_state()
{
    constexpr u64 xsave_alignment = 64;
    static_assert(alignof(FpuState) <= xsave_alignment);
    // A size that is a power of two is aligned to it.
    void* const memory = kernel::mm::kmalloc(std::bit_ceil(state_size));
    if (memory == nullptr)
        return kernel::Errno::enomem;
    // The header behind FXSAVE's part, all zero, says that the rest is in its initial state.
    std::memset(memory, 0, state_size);
    return new (memory) FpuState;
}

} // namespace

void choose_fpu_switching(bool task_switched_counts)
{
    lazy = task_switched_counts;
    choose_components();
    set_up_fpu();
}

void set_up_fpu()
{
    if (!lazy && !kernel_in_ring3)
        asm volatile("clts"); // or it would stop the kernel's own FXSAVE
}

void load_fpu()
{
    PerCpu& cpu = this_cpu();
    Context& context = *cpu.context;
    if (context.fpu == nullptr) {
        const auto state = make_state();
        if (!state)
            kernel::panic("no memory for FPU state");
        context.fpu = state.value();
    }
    if (lazy)
        asm volatile("clts");
    restore(context.fpu);
    cpu.fpu_loaded = true;
}

void prepare_fpu_for_user()
{
    if (!lazy && !this_cpu().fpu_loaded)
        load_fpu();
}

void switch_fpu(Context& from, Context& to)
{
    PerCpu& cpu = this_cpu();
    if (cpu.fpu_loaded) {
        save(from.fpu);
        give_up_registers(cpu);
    }
    if (!lazy && to.fpu != nullptr) {
        restore(to.fpu);
        cpu.fpu_loaded = true;
    }
}

kernel::Result<void> copy_fpu(const Context& from, Context& to)
{
    if (from.fpu == nullptr)
        return {};
    void* const copy = TRY(make_state());
    if (const InterruptsOff off; this_cpu().fpu_loaded)
        save(from.fpu);
    std::memcpy(copy, from.fpu, state_size);
    to.fpu = copy;
    return {};
}

void release_fpu(Context& context)
{
    const InterruptsOff off;
    if (PerCpu& cpu = this_cpu(); cpu.context == &context && cpu.fpu_loaded)
        give_up_registers(cpu);
    kernel::mm::kfree(context.fpu);
    context.fpu = nullptr;
}

} // namespace arch
