#pragma once

namespace kernel::proc {

/// Ends all other processes, gives back what they and the first one have, and has the leak check look whether that was
/// all. By the first process, whose end is the machine's: nobody else would do it.
void tear_down();

} // namespace kernel::proc
