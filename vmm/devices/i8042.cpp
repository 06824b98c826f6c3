#include "vmm/devices/i8042.hpp"

#include <utility>

namespace vitrine {

namespace {

enum Status : std::uint8_t {
    status_output_full = 0x01,
    status_system_flag = 0x04, ///< a copy of the configuration's bit 2
    status_last_was_command = 0x08,
    status_keyboard_unlocked = 0x10,
};

enum Command : std::uint8_t {
    read_memory_first = 0x20,
    read_memory_last = 0x3f,
    write_memory_first = 0x60,
    write_memory_last = 0x7f,
    disable_auxiliary = 0xa7,
    enable_auxiliary = 0xa8,
    self_test = 0xaa,
    test_keyboard_port = 0xab,
    disable_keyboard = 0xad,
    enable_keyboard = 0xae,
    read_output_port = 0xd0,
    write_output_port = 0xd1,
    write_keyboard_output = 0xd2,
    close_a20 = 0xdd,
    open_a20 = 0xdf,
    pulse_output_first = 0xf0, ///< bits 0 to 3 clear: pulse that line
};

constexpr std::uint8_t self_test_passed = 0x55;
constexpr std::uint8_t port_test_passed = 0x00;
constexpr std::uint8_t configuration_keyboard_disabled = 0x10;
constexpr std::uint8_t configuration_auxiliary_disabled = 0x20;
constexpr std::uint8_t output_port_not_reset = 0x01; ///< the line to the CPU's reset pin is active low
constexpr std::uint8_t output_port_a20 = 0x02;

} // namespace

std::uint8_t I8042::read_data()
{
    const std::lock_guard lock{mutex_};
    output_full_ = false;
    return output_;
}

std::uint8_t I8042::read_status()
{
    const std::lock_guard lock{mutex_};
    return status_keyboard_unlocked | (memory_[0] & status_system_flag) | (output_full_ ? status_output_full : 0) |
           (last_was_command_ ? status_last_was_command : 0);
}

void I8042::write_command(std::uint8_t command)
{
    const std::lock_guard lock{mutex_};
    last_was_command_ = true;
    awaits_data_.reset();
    execute(command);
}

void I8042::execute(std::uint8_t command)
{
    const auto answer = [this](std::uint8_t value) {
        output_ = value;
        output_full_ = true;
    };

    if (command >= read_memory_first && command <= read_memory_last)
        return answer(memory_[command - read_memory_first]);
    if (command >= write_memory_first && command <= write_memory_last) {
        awaits_data_ = command;
        return;
    }
    if (command >= pulse_output_first) {
        if ((command & output_port_not_reset) == 0)
            reset();
        return;
    }
    switch (command) {
    case disable_auxiliary: memory_[0] |= configuration_auxiliary_disabled; break;
    case enable_auxiliary: memory_[0] &= ~configuration_auxiliary_disabled; break;
    case self_test: return answer(self_test_passed);
    case test_keyboard_port: return answer(port_test_passed);
    case disable_keyboard: memory_[0] |= configuration_keyboard_disabled; break;
    case enable_keyboard: memory_[0] &= ~configuration_keyboard_disabled; break;
    case read_output_port: return answer(output_port_);
    case write_output_port:
    case write_keyboard_output: awaits_data_ = command; break;
    case close_a20: output_port_ &= ~output_port_a20; break;
    case open_a20: output_port_ |= output_port_a20; break;
    default: break; // an auxiliary port's commands get no answer: there is none
    }
}

void I8042::write_data(std::uint8_t value)
{
    const std::lock_guard lock{mutex_};
    last_was_command_ = false;
    const auto command = std::exchange(awaits_data_, std::nullopt);
    if (!command)
        return; // for the keyboard: nobody there
    if (*command == write_output_port) {
        set_output_port(value);
    } else if (*command == write_keyboard_output) {
        output_ = value;
        output_full_ = true;
    } else {
        memory_[*command - write_memory_first] = value;
    }
}

void I8042::set_output_port(std::uint8_t value)
{
    output_port_ = value;
    if ((value & output_port_not_reset) == 0)
        reset();
}

void I8042::reset()
{
    machine_.end(Ending::guest_reset, 0, "the guest reset the machine through the keyboard controller");
}

} // namespace vitrine
