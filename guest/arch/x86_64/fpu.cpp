#include "arch/x86_64/fpu.hpp"

#include "arch/interrupts.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/registers.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/printk.hpp"

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

void save(FpuState& state) { asm volatile("fxsave64 %0" : "=m"(state)); }
void restore(const FpuState& state) { asm volatile("fxrstor64 %0" ::"m"(state)); }

/// Notes that the registers hold nobody's state.
void give_up_registers(PerCpu& cpu)
{
    cpu.fpu_loaded = false;
    if (lazy)
        write_cr0(read_cr0() | cr0::task_switched);
}

kernel::Result<void*> make_state()
{
    void* const memory = kernel::mm::kmalloc(sizeof(FpuState));
    if (memory == nullptr)
        return kernel::Errno::enomem;
    return new (memory) FpuState;
}

} // namespace

void choose_fpu_switching(bool task_switched_counts)
{
    lazy = task_switched_counts;
    set_up_fpu();
}

void set_up_fpu()
{
    if (!lazy)
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
    restore(*static_cast<FpuState*>(context.fpu));
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
        save(*static_cast<FpuState*>(from.fpu));
        give_up_registers(cpu);
    }
    if (!lazy && to.fpu != nullptr) {
        restore(*static_cast<FpuState*>(to.fpu));
        cpu.fpu_loaded = true;
    }
}

kernel::Result<void> copy_fpu(const Context& from, Context& to)
{
    if (from.fpu == nullptr)
        return {};
    void* const copy = TRY(make_state());
    auto* const state = static_cast<FpuState*>(from.fpu);
    if (const InterruptsOff off; this_cpu().fpu_loaded)
        save(*state);
    std::memcpy(copy, state, sizeof(FpuState));
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
