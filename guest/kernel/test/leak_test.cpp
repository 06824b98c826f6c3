// Leaks on purpose, where the command line says `leak_on_purpose`: the leak check must name it.
#include "kernel/init/command_line.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/test/kernel_test.hpp"
#include "kernel/test/support.hpp"

namespace kernel::test {
namespace {

bool leaks_if_it_is_to()
{
    const bool leak = command_line::has("leak_on_purpose");
    for (unsigned time = 0; time < 3; ++time) {
        void* const object = mm::kmalloc(100);
        const auto page = mm::alloc_page();
        if (!check(object != nullptr && page, "no memory"))
            return false;
        if (!leak || time == 0)
            mm::kfree(object);
        if (!leak || time != 0)
            mm::free_page(page.value());
    }
    return true;
}

} // namespace

KERNEL_TEST(leak, leaks_if_it_is_to);

} // namespace kernel::test
