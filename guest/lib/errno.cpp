#include "lib/errno.hpp"

namespace kernel {

std::string_view errno_name(Errno error)
{
    switch (error) {
    case Errno::eperm: return "EPERM";
    case Errno::enoent: return "ENOENT";
    case Errno::esrch: return "ESRCH";
    case Errno::eintr: return "EINTR";
    case Errno::eio: return "EIO";
    case Errno::enxio: return "ENXIO";
    case Errno::e2big: return "E2BIG";
    case Errno::enoexec: return "ENOEXEC";
    case Errno::ebadf: return "EBADF";
    case Errno::echild: return "ECHILD";
    case Errno::eagain: return "EAGAIN";
    case Errno::enomem: return "ENOMEM";
    case Errno::eacces: return "EACCES";
    case Errno::efault: return "EFAULT";
    case Errno::enotblk: return "ENOTBLK";
    case Errno::ebusy: return "EBUSY";
    case Errno::eexist: return "EEXIST";
    case Errno::exdev: return "EXDEV";
    case Errno::enodev: return "ENODEV";
    case Errno::enotdir: return "ENOTDIR";
    case Errno::eisdir: return "EISDIR";
    case Errno::einval: return "EINVAL";
    case Errno::enfile: return "ENFILE";
    case Errno::emfile: return "EMFILE";
    case Errno::enotty: return "ENOTTY";
    case Errno::etxtbsy: return "ETXTBSY";
    case Errno::efbig: return "EFBIG";
    case Errno::enospc: return "ENOSPC";
    case Errno::espipe: return "ESPIPE";
    case Errno::erofs: return "EROFS";
    case Errno::emlink: return "EMLINK";
    case Errno::epipe: return "EPIPE";
    case Errno::edom: return "EDOM";
    case Errno::erange: return "ERANGE";
    case Errno::edeadlk: return "EDEADLK";
    case Errno::enametoolong: return "ENAMETOOLONG";
    case Errno::enolck: return "ENOLCK";
    case Errno::enosys: return "ENOSYS";
    case Errno::enotempty: return "ENOTEMPTY";
    case Errno::eloop: return "ELOOP";
    case Errno::enomsg: return "ENOMSG";
    case Errno::eidrm: return "EIDRM";
    case Errno::enodata: return "ENODATA";
    case Errno::etime: return "ETIME";
    case Errno::eproto: return "EPROTO";
    case Errno::ebadmsg: return "EBADMSG";
    case Errno::eoverflow: return "EOVERFLOW";
    case Errno::eilseq: return "EILSEQ";
    case Errno::enotsock: return "ENOTSOCK";
    case Errno::edestaddrreq: return "EDESTADDRREQ";
    case Errno::emsgsize: return "EMSGSIZE";
    case Errno::eprototype: return "EPROTOTYPE";
    case Errno::enoprotoopt: return "ENOPROTOOPT";
    case Errno::eprotonosupport: return "EPROTONOSUPPORT";
    case Errno::esocktnosupport: return "ESOCKTNOSUPPORT";
    case Errno::eopnotsupp: return "EOPNOTSUPP";
    case Errno::eafnosupport: return "EAFNOSUPPORT";
    case Errno::eaddrinuse: return "EADDRINUSE";
    case Errno::eaddrnotavail: return "EADDRNOTAVAIL";
    case Errno::econnaborted: return "ECONNABORTED";
    case Errno::econnreset: return "ECONNRESET";
    case Errno::enobufs: return "ENOBUFS";
    case Errno::eisconn: return "EISCONN";
    case Errno::enotconn: return "ENOTCONN";
    case Errno::etimedout: return "ETIMEDOUT";
    case Errno::econnrefused: return "ECONNREFUSED";
    case Errno::ealready: return "EALREADY";
    case Errno::einprogress: return "EINPROGRESS";
    case Errno::ecanceled: return "ECANCELED";
    case Errno::eownerdead: return "EOWNERDEAD";
    case Errno::enotrecoverable: return "ENOTRECOVERABLE";
    case Errno::erestartsys: return "ERESTARTSYS";
    case Errno::erestartnointr: return "ERESTARTNOINTR";
    case Errno::erestartnohand: return "ERESTARTNOHAND";
    case Errno::erestart_restartblock: return "ERESTART_RESTARTBLOCK";
    }
    return "E?";
}

} // namespace kernel
