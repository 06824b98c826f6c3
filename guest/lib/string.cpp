// The C string functions that the compiler calls by itself. The counts are small and string instructions cost least per
// byte, also where ring 0 is emulated.
#include "lib/types.hpp"

#include <cstddef>

extern "C" {

void* memcpy(void* to, const void* from, std::size_t size)
{
    void* const result = to;
    std::size_t words = size / 8;
    asm volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words)::"memory");
    std::size_t rest = size % 8;
    if (rest != 0)
        asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(rest)::"memory");
    return result;
}

void* memmove(void* to, const void* from, std::size_t size)
{
    if (reinterpret_cast<u64>(to) - reinterpret_cast<u64>(from) >= size)
        return memcpy(to, from, size);
    // `to` lies within the source, behind its beginning: go backwards. Not with the direction flag, which an interrupt
    // would find set.
    auto* const bytes_to = static_cast<u8*>(to);
    auto* const bytes_from = static_cast<const u8*>(from);
    for (; size >= 8; size -= 8) {
        u64 word;
        __builtin_memcpy(&word, bytes_from + size - 8, 8);
        __builtin_memcpy(bytes_to + size - 8, &word, 8);
    }
    for (; size != 0; --size)
        bytes_to[size - 1] = bytes_from[size - 1];
    return to;
}

void* memset(void* to, int value, std::size_t size)
{
    void* const result = to;
    const u64 pattern = u64{static_cast<u8>(value)} * 0x0101'0101'0101'0101;
    std::size_t words = size / 8;
    asm volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(pattern) : "memory");
    std::size_t rest = size % 8;
    if (rest != 0)
        asm volatile("rep stosb" : "+D"(to), "+c"(rest) : "a"(pattern) : "memory");
    return result;
}

int memcmp(const void* left, const void* right, std::size_t size)
{
    auto* a = static_cast<const u8*>(left);
    auto* b = static_cast<const u8*>(right);
    bool different = false;
    if (std::size_t words = size / 8; words != 0) {
        asm volatile("repe cmpsq" : "+D"(a), "+S"(b), "+c"(words), "=@ccne"(different)::"memory");
        if (different) { // somewhere in the last word
            a -= 8;
            b -= 8;
        }
    }
    std::size_t rest = different ? 8 : size % 8;
    if (rest == 0)
        return 0;
    asm volatile("repe cmpsb" : "+D"(a), "+S"(b), "+c"(rest), "=@ccne"(different)::"memory");
    return different ? a[-1] - b[-1] : 0;
}

void* memchr(const void* where, int value, std::size_t size)
{
    if (size == 0)
        return nullptr;
    auto* byte = static_cast<const u8*>(where);
    bool found;
    asm volatile("repne scasb" : "+D"(byte), "+c"(size), "=@cce"(found) : "a"(value) : "memory");
    return found ? const_cast<u8*>(byte - 1) : nullptr;
}

std::size_t strlen(const char* text)
{
    const char* end = text;
    std::size_t limit = ~std::size_t{0};
    asm volatile("repne scasb" : "+D"(end), "+c"(limit) : "a"(0) : "memory", "cc");
    return static_cast<std::size_t>(end - text) - 1;
}

} // extern "C"
