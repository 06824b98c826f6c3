#include "arch/x86_64/fpu.hpp"

#include "arch/interrupts.hpp"
#include "arch/user_access.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/privilege.hpp"
#include "arch/x86_64/registers.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/printk.hpp"

#include <bit>
#include <cstring>
#include <span>
#include <utility>

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

namespace {

/// struct _fpx_sw_bytes: in the last 48 bytes of FXSAVE's image, which the processor leaves to software.
struct SoftwareBytes {
    u32 magic;
    u32 extended_size; ///< the whole, with the second magic behind it
    u64 components;
    u32 state_size;
    u32 padding[7];

    static constexpr u32 magic_value = 0x46505853; ///< FP_XSTATE_MAGIC1
    static constexpr u32 end_magic = 0x46505845;   ///< FP_XSTATE_MAGIC2, behind the state
    static constexpr u64 offset = sizeof(FpuState) - 48;
};
static_assert(sizeof(SoftwareBytes) == 48);

/// XSAVE's header, Intel SDM vol. 1 §13.4.2.
struct XsaveHeader {
    u64 present;
    u64 compacted;
    u64 reserved[6];
};

/// A state that is on its way between a task and its user.
struct StateCopy {
    kernel::Result<void> allocate()
    {
        bytes = static_cast<std::byte*>(TRY(make_state()));
        return {};
    }
    ~StateCopy() { kernel::mm::kfree(bytes); }
    std::span<std::byte> first(u64 size) const { return {bytes, size}; }
    std::byte* bytes = nullptr;
};

/// What the processor would refuse to load. Nobody but the user himself is hurt by any other content.
bool is_loadable(const std::byte* state)
{
    FpuState legacy;
    std::memcpy(&legacy, state, sizeof legacy);
    constexpr u32 known_simd_control = 0xffff;
    if ((legacy.simd_control & ~known_simd_control) != 0)
        return false;
    if (components == 0)
        return true;
    XsaveHeader header;
    std::memcpy(&header, state + sizeof(FpuState), sizeof header);
    u64 reserved = header.compacted;
    for (const u64 word : header.reserved)
        reserved |= word;
    return (header.present & ~components) == 0 && reserved == 0;
}

/// `state` is the running task's from now on.
void replace_state(Context& context, const std::byte* state)
{
    const InterruptsOff no_switch_between;
    PerCpu& cpu = this_cpu();
    std::memcpy(context.fpu, state, state_size);
    if (cpu.fpu_loaded)
        give_up_registers(cpu);
    if (!lazy) {
        restore(context.fpu);
        cpu.fpu_loaded = true;
    }
}

/// Whether what is there is XSAVE's, as this processor would have written it.
kernel::Result<bool> is_extended(kernel::VirtualAddress from)
{
    SoftwareBytes marks;
    TRY(copy_from_user(std::as_writable_bytes(std::span{&marks, 1}), from + SoftwareBytes::offset));
    if (components == 0 || marks.magic != SoftwareBytes::magic_value || marks.state_size != state_size)
        return false;
    u32 end;
    TRY(copy_from_user(std::as_writable_bytes(std::span{&end, 1}), from + state_size));
    return end == SoftwareBytes::end_magic;
}

} // namespace

bool has_extended_user_fpu() { return components != 0; }

u64 user_fpu_size(const Context& context)
{
    if (context.fpu == nullptr)
        return 0;
    return components == 0 ? sizeof(FpuState) : state_size + sizeof(SoftwareBytes::end_magic);
}

kernel::Result<void> save_user_fpu(Context& context, kernel::VirtualAddress to)
{
    auto* const state = static_cast<std::byte*>(context.fpu);
    if (const InterruptsOff off; this_cpu().fpu_loaded)
        save(state);
    SoftwareBytes marks{};
    if (components != 0)
        marks = {SoftwareBytes::magic_value,
                 static_cast<u32>(user_fpu_size(context)),
                 components,
                 static_cast<u32>(state_size),
                 {}};
    const std::span<const std::byte> all{state, state_size};
    TRY(copy_to_user(to, all.first(SoftwareBytes::offset)));
    TRY(copy_to_user(to + SoftwareBytes::offset, std::as_bytes(std::span{&marks, 1})));
    if (components == 0)
        return {};
    TRY(copy_to_user(to + sizeof(FpuState), all.subspan(sizeof(FpuState))));
    return copy_to_user(to + state_size, std::as_bytes(std::span{&SoftwareBytes::end_magic, 1}));
}

kernel::Result<void> restore_user_fpu(Context& context, kernel::VirtualAddress from)
{
    if (context.fpu == nullptr && from.value == 0)
        return {};
    StateCopy copy;
    TRY(copy.allocate()); // an initial state
    if (from.value != 0) {
        const bool extended = TRY(is_extended(from));
        TRY(copy_from_user(copy.first(extended ? state_size : sizeof(FpuState)), from));
        constexpr u64 x87_and_sse = 3;
        if (components != 0 && !extended)
            std::memcpy(copy.bytes + sizeof(FpuState), &x87_and_sse, sizeof x87_and_sse);
        if (!is_loadable(copy.bytes))
            return kernel::Errno::einval;
    }
    if (context.fpu == nullptr) {
        std::swap(*reinterpret_cast<std::byte**>(&context.fpu), copy.bytes);
        return {};
    }
    replace_state(context, copy.bytes);
    return {};
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
