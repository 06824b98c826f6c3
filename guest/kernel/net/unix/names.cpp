#include "kernel/net/unix/names.hpp"

namespace kernel::net::unix_names {
namespace {

using Names = Tree<UnixSocket, &UnixSocket::in_names, UnixSocket::NameOf>;

struct AllNames {
    Names& of(SocketType type) { return of_type[static_cast<u32>(type)]; }
    Names of_type[static_cast<u32>(SocketType::sequenced) + 1];
};

/// A socket leaves before its last reference goes.
Locked<AllNames, Mutex> names;

} // namespace

Result<void> add(UnixSocket& socket, std::string_view name)
{
    return names.with([&](AllNames& lists) -> Result<void> {
        Names& all = lists.of(socket.type());
        if (all.find(name) != all.end())
            return Errno::eaddrinuse;
        all.insert(socket);
        return {};
    });
}

void remove(UnixSocket& socket)
{
    names.with([&](AllNames& lists) {
        Names& all = lists.of(socket.type());
        all.erase(all.iterator_to(socket));
    });
}

Ref<UnixSocket> find(SocketType type, std::string_view name)
{
    return names.with([&](AllNames& lists) {
        Names& all = lists.of(type);
        const auto found = all.find(name);
        return found == all.end() ? Ref<UnixSocket>{} : Ref<UnixSocket>::share(&*found);
    });
}

} // namespace kernel::net::unix_names
