#include "kernel/tty/line_discipline.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

/// A terminal's line discipline under any settings: what it gives was typed, it never takes more than it has room for,
/// and it can always be read empty.
namespace {

using namespace kernel::tty;

class AnyWire final : public Wire {
public:
    void show(std::string_view bytes) override { shown += bytes.size(); }
    void stop() override { stopped = true; }
    void start() override { stopped = false; }
    bool is_stopped() const override { return stopped; }
    void discard_output() override {}

    std::size_t shown = 0;
    bool stopped = false;
};

void check(bool holds)
{
    if (!holds)
        std::abort();
}

/// Takes values off the input; zeros when it is used up.
class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : rest_{reinterpret_cast<const char*>(data), size} {}

    std::string_view take(std::size_t count)
    {
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(taken.size());
        return taken;
    }
    u8 byte()
    {
        const std::string_view taken = take(1);
        return taken.empty() ? 0 : static_cast<u8>(taken.front());
    }
    Termios termios()
    {
        Termios termios = standard_termios;
        const std::string_view taken = take(termios_size);
        std::memcpy(&termios, taken.data(), taken.size());
        return termios;
    }
    bool empty() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

void read(LineDiscipline& lines, std::size_t most)
{
    char to[4200];
    const bool readable = lines.readable();
    const std::size_t before = lines.input_size();
    const LineDiscipline::Taken taken = lines.read({to, std::min(most, sizeof to)});
    check(taken.count <= std::min(most, before));
    check(readable || (taken.count == 0 && !taken.line_over));
    check(!readable || most == 0 || taken.count != 0 || taken.line_over);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Input input{data, size};
    AnyWire wire;
    LineDiscipline lines{wire};
    while (!input.empty()) {
        switch (input.byte() % 6) {
        case 0: lines.set_termios(input.termios()); break;
        case 1: read(lines, input.byte()); break;
        case 2: lines.receive_break(); break;
        case 3: static_cast<void>(lines.process(static_cast<char>(input.byte()))); break;
        case 4: { // many of them: to fill the buffer
            const std::string many(std::size_t{input.byte()} * 32, static_cast<char>(input.byte()));
            const std::size_t room = lines.room();
            check(lines.receive(many) <= many.size());
            check(room <= InputBuffer::capacity);
            break;
        }
        default: {
            const std::string_view typed = input.take(input.byte());
            check(lines.receive(typed) <= typed.size());
        }
        }
        static_cast<void>(lines.take_signals());
        check(lines.input_size() <= InputBuffer::capacity);
    }
    while (lines.readable())
        read(lines, 4096);
    return 0;
}
