#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <random>

/// The kernel's functions, renamed by the build so that they do not take the place of the C library's.
extern "C" {
void* guest_memcpy(void* to, const void* from, std::size_t size);
void* guest_memmove(void* to, const void* from, std::size_t size);
void* guest_memset(void* to, int value, std::size_t size);
int guest_memcmp(const void* left, const void* right, std::size_t size);
void* guest_memchr(const void* where, int value, std::size_t size);
std::size_t guest_strlen(const char* text);
}

namespace {

using Bytes = std::array<unsigned char, 96>;

/// Random bytes out of few, with a place and a size within: what the C library makes of them is right.
class StringFunctions : public testing::Test {
protected:
    static constexpr int rounds = 20'000;

    void next()
    {
        for (unsigned char& byte : bytes)
            byte = static_cast<unsigned char>(random() % 4);
        size = random() % 48;
        from = random() % 40;
        to = random() % 40;
    }
    static int sign(int value) { return (value > 0) - (value < 0); }

    std::mt19937 random{9};
    Bytes bytes{};
    std::size_t size = 0;
    std::size_t from = 0;
    std::size_t to = 0;
};

TEST_F(StringFunctions, CopyAndMoveAsTheCLibraryDoes)
{
    for (int round = 0; round < rounds; ++round) {
        next();
        Bytes moved = bytes;
        Bytes expected = bytes;
        ASSERT_EQ(guest_memmove(&moved[to], &moved[from], size), &moved[to]);
        std::memmove(&expected[to], &expected[from], size);
        ASSERT_EQ(moved, expected);

        Bytes copied{};
        Bytes expected_copy{};
        ASSERT_EQ(guest_memcpy(&copied[to], &bytes[from], size), &copied[to]);
        std::memcpy(&expected_copy[to], &bytes[from], size);
        ASSERT_EQ(copied, expected_copy);
    }
}

TEST_F(StringFunctions, FillAsTheCLibraryDoes)
{
    for (int round = 0; round < rounds; ++round) {
        next();
        Bytes filled = bytes;
        Bytes expected = bytes;
        const int value = static_cast<int>(random()); // only the low byte counts
        ASSERT_EQ(guest_memset(&filled[to], value, size), &filled[to]);
        std::memset(&expected[to], value, size);
        ASSERT_EQ(filled, expected);
    }
}

TEST_F(StringFunctions, CompareAsTheCLibraryDoes)
{
    for (int round = 0; round < rounds; ++round) {
        next();
        Bytes other = bytes;
        other[from + random() % 48] ^= static_cast<unsigned char>(random() % 256);
        ASSERT_EQ(sign(guest_memcmp(&bytes[from], &other[from], size)),
                  sign(std::memcmp(&bytes[from], &other[from], size)));
    }
}

TEST_F(StringFunctions, SearchAsTheCLibraryDoes)
{
    for (int round = 0; round < rounds; ++round) {
        next();
        bytes.back() = 0;
        ASSERT_EQ(guest_memchr(&bytes[from], 3, size), std::memchr(&bytes[from], 3, size));
        const char* const text = reinterpret_cast<const char*>(&bytes[from]);
        ASSERT_EQ(guest_strlen(text), std::strlen(text));
    }
}

} // namespace
