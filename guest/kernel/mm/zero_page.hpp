#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

namespace kernel::mm {

/// The page that stands for all pages of zeros that nobody has written to. It is made when it is first wanted, and
/// never exclusive (see shared_page.hpp). With a reference for the caller. ENOMEM.
Result<PhysicalAddress> zero_page();
bool is_zero_page(PhysicalAddress page);

} // namespace kernel::mm
