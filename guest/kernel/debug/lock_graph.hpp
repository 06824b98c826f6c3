#pragma once

#include "lib/types.hpp"

#include <array>
#include <optional>
#include <string_view>

/// What lockdep knows of the kernel's locks, and how it finds a deadlock before it happens. Pure logic, not locked.
///
/// Locks fall into classes: all locks of one declaration. Whoever takes a lock of class B while holding one of class A
/// makes the order A -> B a fact, for ever and for every lock of these classes; two facts that cannot both be respected
/// are a deadlock, whether or not two CPUs ever meet in it. See Linux's Documentation/locking/lockdep-design.rst.
namespace kernel::debug {

/// Return addresses, innermost first, zero behind the last.
using Backtrace = std::array<u64, 12>;

/// Where a class's locks were found to be taken. A class that interrupt handlers take must be taken with those
/// interrupts off everywhere else: `used_in_` and `enabled_` of one kind of interrupt contradict each other, unless
/// both are by readers, who do not keep each other out.
enum class LockUse : u8 {
    used_in_hardirq,
    used_in_hardirq_read,
    enabled_hardirq,
    enabled_hardirq_read,
    used_in_softirq,
    used_in_softirq_read,
    enabled_softirq,
    enabled_softirq_read,
    count
};
using LockUses = u8; ///< a bit for each LockUse
constexpr LockUses bit_of(LockUse use) { return static_cast<LockUses>(1U << static_cast<unsigned>(use)); }
/// The uses, of the same or another class that is taken in between, that contradict this one.
LockUses contradictions_of(LockUse use);

/// What makes a class: all locks with the same key, and the same subclass where one is taken inside another.
struct LockKey {
    const void* key;
    u32 line = 0; ///< part of the key
    u32 subclass = 0;
    bool operator==(const LockKey&) const = default;
};

using ClassId = u16; ///< 0: none
using EdgeId = u16;  ///< 0: none

enum class LockProblem : u8 {
    recursion,          ///< a lock of a class that this task holds already
    circular,           ///< taken in the opposite order elsewhere
    inconsistent_use,   ///< by interrupt handlers, and elsewhere with interrupts on
    irq_inversion,      ///< the same between two classes, one taken while the other is held
    unbalanced_release, ///< of a lock that this task does not hold
    too_deep,           ///< more locks held than there is room for
};

/// A problem, and how the classes in it hang together.
struct LockFinding {
    LockProblem problem{};
    ClassId taken = 0;             ///< what was being taken
    ClassId held = 0;              ///< recursion, circular, irq_inversion: what was held then
    LockUse use{};                 ///< inconsistent_use, irq_inversion: of `safe`, in interrupts
    LockUse other_use{};           ///< and of `unsafe`
    ClassId safe = 0;              ///< used in interrupts; inconsistent_use: the same as `unsafe`
    ClassId unsafe = 0;            ///< taken with them on
    std::array<EdgeId, 16> path{}; ///< circular: the edges that lead from `taken` back to `held`
    unsigned path_length = 0;
};

class LockGraph {
public:
    static constexpr unsigned max_classes = 512;
    static constexpr unsigned max_edges = 4096;
    static constexpr unsigned max_chains = 16384; ///< a power of two

    struct Class {
        LockKey key;
        std::string_view name;
        LockUses uses = 0;
        std::array<u32, static_cast<unsigned>(LockUse::count)> use_traces{}; ///< index of each use's backtrace
        EdgeId first_forward = 0;
        EdgeId first_backward = 0;
    };
    /// `to` was taken while `from` was held.
    struct Edge {
        ClassId from = 0;
        ClassId to = 0;
        EdgeId next_forward = 0;  ///< the next with the same `from`
        EdgeId next_backward = 0; ///< the next with the same `to`
        u32 trace = 0;
    };

    /// The class of that key; 0 when it is not known. Safe beside one writer.
    ClassId find_class(const LockKey& key) const;
    /// 0: no room. The name must stay.
    ClassId add_class(const LockKey& key, std::string_view name);

    /// A chain of classes, all held, is known when its dependencies are in the graph. Safe beside one writer.
    bool knows_chain(u64 chain) const;
    void add_chain(u64 chain);

    /// Finds what is wrong with taking `to` while holding `from`; if nothing is, it is from now on known to be done.
    std::optional<LockFinding> add_dependency(ClassId from, ClassId to, const Backtrace& trace);
    /// The same with a class's use.
    std::optional<LockFinding> add_use(ClassId id, LockUse use, const Backtrace& trace);
    bool has_use(ClassId id, LockUse use) const { return (class_at(id).uses & bit_of(use)) != 0; }

    const Class& class_at(ClassId id) const { return classes_[id]; }
    const Edge& edge_at(EdgeId id) const { return edges_[id]; }
    const Backtrace& trace_at(u32 index) const { return traces_[index]; }
    const Backtrace& trace_of(ClassId id, LockUse use) const
    {
        return traces_[class_at(id).use_traces[static_cast<unsigned>(use)]];
    }
    unsigned class_count() const { return class_count_; }
    unsigned edge_count() const { return edge_count_; }
    /// Something did not fit: what is found is right, but not all is found.
    bool is_full() const { return full_; }

private:
    enum class Direction : bool { forward, backward };
    static constexpr unsigned max_traces = max_edges + max_classes;

    bool has_edge(ClassId from, ClassId to) const;
    u32 store(const Backtrace& trace);
    /// Marks all that can be reached from `start`, itself included, and returns what all of it is used for.
    LockUses reach(ClassId start, Direction direction);
    bool was_reached(ClassId id) const { return reached_[id] == search_; }
    /// Of those that the last reach() has marked: one with any of these uses.
    ClassId reached_with(LockUses uses) const;
    LockFinding circle(ClassId from, ClassId to) const;
    std::optional<LockFinding> check_interrupts(ClassId from, ClassId to, LockUses before, LockUses after);
    LockFinding inversion(ClassId from, ClassId to, LockUse use, LockUse other_use);

    std::array<Class, max_classes> classes_{};
    std::array<Edge, max_edges> edges_{};
    std::array<Backtrace, max_traces> traces_{};
    std::array<u64, max_chains> chains_{};
    std::array<ClassId, std::size_t{2} * max_classes> class_table_{}; ///< open addressing by key
    std::array<ClassId, max_classes> queue_{};                        ///< of the search; its results, afterwards
    std::array<EdgeId, max_classes> came_by_{};                       ///< the edge by which the search got to a class
    std::array<u32, max_classes> reached_{};                          ///< the search that last got to it
    u32 search_ = 0;
    unsigned reached_count_ = 0;
    unsigned class_count_ = 0;
    unsigned edge_count_ = 0;
    unsigned chain_count_ = 0;
    u32 trace_count_ = 0;
    bool full_ = false;
};

} // namespace kernel::debug
