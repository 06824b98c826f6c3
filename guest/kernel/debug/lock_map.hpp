#pragma once

#include "lib/types.hpp"

#include <string_view>

/// What a lock type has in it, and calls, for lockdep (see lock_graph.hpp); nothing in the ordinary kernel.
///
/// A lock has a LockMap, constructed from a LockSite that is its constructor's last, defaulted argument. It calls
/// lock_acquire() before it begins to wait, lock_attempted() when a try_lock has got it, and lock_release() before it
/// lets go.
namespace kernel::debug {

enum class LockMode : bool { exclusive, shared };

#if VITRINE_KERNEL_DEBUG

/// The declaration of a lock: what makes its class.
struct LockSite {
    const void* key;
    const char* name;
    u32 length; ///< of the name
    u32 line;   ///< 0: the name is one, else it is a file

    static constexpr LockSite here(const char* file = __builtin_FILE(), u32 line = __builtin_LINE())
    {
        return {file, file, static_cast<u32>(std::string_view{file}.size()), line};
    }
    /// For the lock inside a T: all T are one class.
    template <typename T>
    static constexpr LockSite of();
    /// What has a name of its own; the string makes the class.
    static constexpr LockSite named(const char* name)
    {
        return {name, name, static_cast<u32>(std::string_view{name}.size()), 0};
    }
};

template <typename T>
struct LockSiteOfType {
    static constexpr std::string_view name()
    {
        std::string_view text = __PRETTY_FUNCTION__;
        const std::size_t begin = text.find("T = ") + 4;
        const std::size_t end = text.find("; ", begin);
        return text.substr(begin, (end == std::string_view::npos ? text.rfind(']') : end) - begin);
    }
    static constexpr char key = 0; ///< one of its address for each T
};

template <typename T>
constexpr LockSite LockSite::of()
{
    constexpr std::string_view name = LockSiteOfType<T>::name();
    return {&LockSiteOfType<T>::key, name.data(), static_cast<u32>(name.size()), 0};
}

class LockMap {
public:
    constexpr explicit LockMap(LockSite site) : site_{site} {}
    const LockSite& site() const { return site_; }

private:
    friend u16 class_of(LockMap& map, u32 subclass);
    LockSite site_;
    u16 class_ = 0; ///< of subclass 0, once it is known
};

/// `subclass`: not 0 when a lock of the same class is held already and the order of the two is right by a rule that
/// lockdep cannot know.
[[gnu::noinline]] void lock_acquire(LockMap& map, LockMode mode = LockMode::exclusive, u32 subclass = 0);
[[gnu::noinline]] void lock_attempted(LockMap& map, LockMode mode = LockMode::exclusive);
[[gnu::noinline]] void lock_release(LockMap& map);
/// Whether the current task holds it; true when checking is off.
bool lock_is_held(const LockMap& map);

#else

struct LockSite {
    static constexpr LockSite here() { return {}; }
    template <typename T>
    static constexpr LockSite of()
    {
        return {};
    }
    static constexpr LockSite named(const char* /*name*/) { return {}; }
};

struct LockMap {
    constexpr explicit LockMap(LockSite /*site*/) {}
};

inline void lock_acquire(LockMap& /*map*/, LockMode /*mode*/ = LockMode::exclusive, u32 /*subclass*/ = 0) {}
inline void lock_attempted(LockMap& /*map*/, LockMode /*mode*/ = LockMode::exclusive) {}
inline void lock_release(LockMap& /*map*/) {}

#endif

} // namespace kernel::debug
