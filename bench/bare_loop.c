// The yardstick: about the least a KVM user can do. Runs a flat real-mode image at 0x1000 and forwards port 0x3f8 to
// stdout; a 32-bit write to port 0xa00 ends it with that status, as under vitrine. Errors are not explained.
//
//     bare_loop IMAGE MEMORY-IN-MIB [irqchip]
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { load_address = 0x1000, serial_port = 0x3f8, exit_port = 0xa00 };

static long check(long result, const char* what)
{
    if (result < 0) {
        perror(what);
        exit(125);
    }
    return result;
}

int main(int argc, char** argv)
{
    if (argc < 3)
        return 125;
    const size_t size = strtoul(argv[2], NULL, 10) << 20;
    char* ram = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    const int image = check(open(argv[1], O_RDONLY), argv[1]);
    check(ram == MAP_FAILED ? -1 : read(image, ram + load_address, size - load_address), "guest memory");

    const int kvm = check(open("/dev/kvm", O_RDWR | O_CLOEXEC), "/dev/kvm");
    const int vm = check(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
    if (argc > 3 && strcmp(argv[3], "irqchip") == 0)
        check(ioctl(vm, KVM_CREATE_IRQCHIP, 0), "KVM_CREATE_IRQCHIP");
    const struct kvm_userspace_memory_region region = {.memory_size = size, .userspace_addr = (__u64)ram};
    check(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
    const int cpu = check(ioctl(vm, KVM_CREATE_VCPU, 0), "KVM_CREATE_VCPU");
    const long run_size = check(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE");
    struct kvm_run* run = mmap(NULL, run_size, PROT_READ | PROT_WRITE, MAP_SHARED, cpu, 0);

    struct kvm_sregs sregs;
    check(ioctl(cpu, KVM_GET_SREGS, &sregs), "KVM_GET_SREGS");
    sregs.cs.base = sregs.cs.selector = 0;
    check(ioctl(cpu, KVM_SET_SREGS, &sregs), "KVM_SET_SREGS");
    const struct kvm_regs regs = {.rip = load_address, .rflags = 2};
    check(ioctl(cpu, KVM_SET_REGS, &regs), "KVM_SET_REGS");

    for (;;) {
        check(ioctl(cpu, KVM_RUN, 0), "KVM_RUN");
        if (run->exit_reason != KVM_EXIT_IO || run->io.direction != KVM_EXIT_IO_OUT) {
            fprintf(stderr, "exit reason %u\n", run->exit_reason);
            return 125;
        }
        const char* data = (const char*)run + run->io.data_offset;
        if (run->io.port == serial_port)
            check(write(STDOUT_FILENO, data, run->io.size), "write");
        else if (run->io.port == exit_port)
            return *data;
    }
}
