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

void save(FpuState& state) { asm volatile("fxsave64 %0" : "=m"(state)); }
void restore(const FpuState& state) { asm volatile("fxrstor64 %0" ::"m"(state)); }

} // namespace

void load_fpu()
{
    PerCpu& cpu = this_cpu();
    Context& context = *cpu.context;
    if (context.fpu == nullptr) {
        void* const memory = kernel::mm::kmalloc(sizeof(FpuState));
        if (memory == nullptr)
            kernel::panic("no memory for FPU state");
        context.fpu = new (memory) FpuState;
    }
    asm volatile("clts");
    restore(*static_cast<FpuState*>(context.fpu));
    cpu.fpu_loaded = true;
}

void unload_fpu(Context& from)
{
    PerCpu& cpu = this_cpu();
    if (!cpu.fpu_loaded)
        return;
    save(*static_cast<FpuState*>(from.fpu));
    write_cr0(read_cr0() | cr0::task_switched);
    cpu.fpu_loaded = false;
}

kernel::Result<void> copy_fpu(const Context& from, Context& to)
{
    if (from.fpu == nullptr)
        return {};
    void* const memory = kernel::mm::kmalloc(sizeof(FpuState));
    if (memory == nullptr)
        return kernel::Errno::enomem;
    auto* const state = static_cast<FpuState*>(from.fpu);
    if (const InterruptsOff off; this_cpu().fpu_loaded)
        save(*state);
    std::memcpy(memory, state, sizeof(FpuState));
    to.fpu = memory;
    return {};
}

void release_fpu(Context& context)
{
    const InterruptsOff off;
    PerCpu& cpu = this_cpu();
    if (cpu.context == &context && cpu.fpu_loaded) {
        write_cr0(read_cr0() | cr0::task_switched);
        cpu.fpu_loaded = false;
    }
    kernel::mm::kfree(context.fpu);
    context.fpu = nullptr;
}

} // namespace arch
