#pragma once

namespace kernel::irq {

/// This CPU has been sent arch::vector_cleanup_vector.
void on_vector_cleanup();

} // namespace kernel::irq
