#pragma once

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>

namespace kernel {

/// Membership of an object in one List; a member of the object. Copies of nothing, owns nothing.
using ListHook = boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::normal_link>>;

/// A doubly linked list of objects that somebody else owns. `size()` counts.
template <typename T, ListHook T::*hook>
using List = boost::intrusive::list<T, boost::intrusive::member_hook<T, ListHook, hook>,
                                    boost::intrusive::constant_time_size<false>>;

/// Membership in one Tree. The colour lives in the parent pointer's lowest bit.
using TreeHook = boost::intrusive::set_member_hook<boost::intrusive::link_mode<boost::intrusive::normal_link>,
                                                   boost::intrusive::optimize_size<true>>;

/// A red-black tree of objects that somebody else owns, sorted by the key that `KeyOf` (as in Boost.Intrusive's
/// key_of_value: a `type` and an `operator()`) takes from an object. Keys are unique.
template <typename T, TreeHook T::*hook, typename KeyOf>
using Tree = boost::intrusive::set<T, boost::intrusive::member_hook<T, TreeHook, hook>,
                                   boost::intrusive::key_of_value<KeyOf>, boost::intrusive::constant_time_size<false>>;

} // namespace kernel
