#include "bench/tables.hpp"

#include <cstdlib>
#include <exception>
#include <fmt/format.h>
#include <string_view>

/// side_by_side [exits|startup|init|memory|modes]: measures and prints tables; all of them unless one is named.
int main(int argc, char** argv)
try {
    const std::string_view which = argc > 1 ? argv[1] : "all";
    const auto wanted = [&](std::string_view name) { return which == "all" || which == name; };
    if (wanted("exits"))
        bench::exit_round_trip(15);
    if (wanted("startup"))
        bench::startup(40);
    if (wanted("init"))
        bench::first_byte_of_init(10);
    if (wanted("memory"))
        bench::memory(3);
    if (wanted("modes"))
        bench::kernel_modes(7);
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    fmt::print(stderr, "side_by_side: {}\n", error.what());
    return EXIT_FAILURE;
}
