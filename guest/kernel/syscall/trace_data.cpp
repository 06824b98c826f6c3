#include "kernel/syscall/trace_data.hpp"

#include "kernel/trace/tracepoint.hpp"

#include <algorithm>

namespace kernel::syscall {

using vitrine::abi::Excerpt;

void trace_string(u8 argument, UserString string)
{
    if (string.is_null())
        return;
    char room[Excerpt::capacity + 1];
    const auto text = string.copy_to(room);
    if (text)
        trace_bytes(argument, {string.address}, text.value().size());
    else if (text.error() == Errno::enametoolong)
        trace_bytes(argument, {string.address}, sizeof room); // more than is shown: how much more is nobody's business
}

void trace_bytes(u8 argument, UserBytes bytes, u64 size)
{
    Excerpt excerpt;
    const u64 shown = std::min<u64>(size, Excerpt::capacity);
    if (bytes.read(std::as_writable_bytes(std::span{excerpt.bytes}).first(shown)))
        trace::sys_data(argument, size, excerpt);
}

} // namespace kernel::syscall
