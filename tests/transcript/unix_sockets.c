// Unix sockets by one thread: pairs and names, streams and packets, files and credentials that are passed, what each
// end is told when the other goes.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static int ends[2];

static void show(const char* what, long result) { printf("%s: %ld %d\n", what, result, result < 0 ? errno : 0); }

static int ready(int fd)
{
    struct pollfd entry = {.fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP};
    return poll(&entry, 1, 0) < 0 ? -errno : entry.revents;
}

static void pair(int type)
{
    if (socketpair(AF_UNIX, type, 0, ends) != 0)
        perror("socketpair");
}
static void drop(void)
{
    close(ends[0]);
    close(ends[1]);
}

static socklen_t abstract_name(struct sockaddr_un* address, const char* name)
{
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    strcpy(address->sun_path + 1, name);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

static void creation(void)
{
    show("family", socket(77, SOCK_STREAM, 0));
    show("type", socket(AF_UNIX, 9, 0));
    show("protocol", socket(AF_UNIX, SOCK_STREAM, 9));
    show("flags", socket(AF_UNIX, SOCK_STREAM | 0x100000, 0));
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    printf("flags %x %x\n", fcntl(fd, F_GETFD), fcntl(fd, F_GETFL));
    struct stat status;
    fstat(fd, &status);
    printf("mode %o\n", status.st_mode);
    printf("ready %x\n", ready(fd));
    char byte;
    show("read", read(fd, &byte, 1));
    signal(SIGPIPE, SIG_IGN);
    show("write", write(fd, &byte, 1));
    show("accept", accept(fd, NULL, NULL));
    show("lseek", lseek(fd, 0, SEEK_SET));
    struct sockaddr_un address;
    socklen_t size = sizeof address;
    show("getsockname", getsockname(fd, (struct sockaddr*)&address, &size));
    printf("size %d family %d\n", (int)size, address.sun_family);
    show("getpeername", getpeername(fd, (struct sockaddr*)&address, &size));
    show("listen unbound", listen(fd, 1));
    show("shutdown", shutdown(fd, SHUT_RD));
    close(fd);
    show("no socket", listen(0, 1));
    show("no descriptor", listen(99, 1));
}

static void streams(void)
{
    char text[64] = {0};
    pair(SOCK_STREAM);
    printf("ready %x %x\n", ready(ends[0]), ready(ends[1]));
    show("write", write(ends[0], "hello ", 6));
    show("write", write(ends[0], "world", 5));
    printf("ready %x %x\n", ready(ends[0]), ready(ends[1]));
    int waiting = 0;
    ioctl(ends[1], FIONREAD, &waiting);
    printf("waiting %d\n", waiting);
    show("peek", recv(ends[1], text, 3, MSG_PEEK));
    show("read across", read(ends[1], text, 8));
    printf("%.8s\n", text);
    show("read the rest", recv(ends[1], text, sizeof text, 0));
    show("not waiting", recv(ends[1], text, 1, MSG_DONTWAIT));
    show("other way", send(ends[1], "back", 4, MSG_NOSIGNAL));
    show("other way", read(ends[0], text, sizeof text));
    show("out of band", send(ends[0], "!", 1, MSG_OOB | MSG_DONTWAIT) < 0 ? 0 : 0);
    drop();

    pair(SOCK_STREAM | SOCK_NONBLOCK);
    write(ends[0], "left", 4);
    show("shutdown writing", shutdown(ends[0], SHUT_WR));
    printf("ready %x %x\n", ready(ends[0]), ready(ends[1]));
    show("write after", write(ends[0], "x", 1));
    show("read left", read(ends[1], text, sizeof text));
    show("read end", read(ends[1], text, sizeof text));
    show("still back", write(ends[1], "x", 1));
    show("still back", read(ends[0], text, 1));
    show("shutdown all", shutdown(ends[1], SHUT_RDWR));
    printf("ready %x %x\n", ready(ends[0]), ready(ends[1]));
    show("bad shutdown", shutdown(ends[1], 7));
    drop();

    pair(SOCK_STREAM);
    close(ends[0]);
    printf("closed: ready %x\n", ready(ends[1]));
    show("read", read(ends[1], text, 1));
    show("write", write(ends[1], "x", 1));
    show("send", send(ends[1], "x", 1, MSG_NOSIGNAL));
    close(ends[1]);

    pair(SOCK_STREAM);
    write(ends[1], "unread", 6);
    close(ends[0]);
    printf("closed with unread: ready %x\n", ready(ends[1]));
    show("read", read(ends[1], text, 1));
    show("read", read(ends[1], text, 1));
    close(ends[1]);
}

static void packets(int type, const char* name)
{
    char text[64] = {0};
    printf("%s\n", name);
    pair(type);
    show("send", send(ends[0], "first", 5, 0));
    show("send nothing", send(ends[0], "", 0, 0));
    show("send", send(ends[0], "third", 5, 0));
    show("short", recv(ends[1], text, 3, 0));
    show("nothing", recv(ends[1], text, sizeof text, 0));
    struct iovec room = {text, 2};
    struct msghdr message = {.msg_iov = &room, .msg_iovlen = 1};
    show("peek", recvmsg(ends[1], &message, MSG_PEEK));
    printf("flags %x\n", message.msg_flags);
    show("truncated", recvmsg(ends[1], &message, MSG_TRUNC));
    printf("flags %x\n", message.msg_flags);
    show("empty", recv(ends[1], text, 1, MSG_DONTWAIT));
    static char big[300000];
    show("too big", send(ends[0], big, sizeof big, MSG_DONTWAIT));
    struct iovec parts[] = {{"ab", 2}, {"cd", 2}};
    struct msghdr two = {.msg_iov = parts, .msg_iovlen = 2};
    show("sendmsg", sendmsg(ends[0], &two, 0));
    show("recv", recv(ends[1], text, sizeof text, 0));
    close(ends[0]);
    printf("ready %x\n", ready(ends[1]));
    show("send", send(ends[1], "x", 1, MSG_NOSIGNAL));
    show("recv", recv(ends[1], text, 1, MSG_DONTWAIT));
    close(ends[1]);
}

static void names(void)
{
    struct sockaddr_un address;
    struct sockaddr_un found;
    const socklen_t size = abstract_name(&address, "vitrine-listener");
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    const int other = socket(AF_UNIX, SOCK_STREAM, 0);
    show("connect to nobody", connect(other, (struct sockaddr*)&address, size));
    show("bind", bind(listener, (struct sockaddr*)&address, size));
    show("bind again", bind(listener, (struct sockaddr*)&address, size));
    show("bind the same", bind(other, (struct sockaddr*)&address, size));
    show("connect to a deaf one", connect(other, (struct sockaddr*)&address, size));
    show("listen", listen(listener, 1));
    printf("ready %x\n", ready(listener));
    show("connect", connect(other, (struct sockaddr*)&address, size));
    show("connect again", connect(other, (struct sockaddr*)&address, size));
    printf("ready %x %x\n", ready(listener), ready(other));
    show("write before accept", write(other, "early", 5));
    socklen_t length = sizeof found;
    const int server = accept4(listener, (struct sockaddr*)&found, &length, SOCK_CLOEXEC);
    printf("accepted %d, length %d, flags %x\n", server >= 0, (int)length, fcntl(server, F_GETFD));
    char text[16];
    show("read", read(server, text, sizeof text));
    length = sizeof found;
    getsockname(server, (struct sockaddr*)&found, &length);
    printf("server name %d %s\n", (int)length, found.sun_path + 1);
    length = sizeof found;
    getpeername(other, (struct sockaddr*)&found, &length);
    printf("peer name %d %.16s\n", (int)length, found.sun_path + 1);
    length = 5;
    getpeername(other, (struct sockaddr*)&found, &length);
    printf("short name %d\n", (int)length);
    fcntl(listener, F_SETFL, O_NONBLOCK);
    show("accept nobody", accept(listener, NULL, NULL));
    const int datagram = socket(AF_UNIX, SOCK_DGRAM, 0);
    show("wrong type", connect(datagram, (struct sockaddr*)&address, size));
    const int late = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    show("connect", connect(late, (struct sockaddr*)&address, size));
    close(listener);
    printf("late: ready %x\n", ready(late));
    show("late read", read(late, text, 1));
    show("connect when it is gone", connect(datagram, (struct sockaddr*)&address, size));
    close(late);
    close(other);
    close(server);
    close(datagram);
}

static void datagrams(void)
{
    struct sockaddr_un one;
    struct sockaddr_un two;
    struct sockaddr_un found;
    const socklen_t one_size = abstract_name(&one, "vitrine-one");
    const socklen_t two_size = abstract_name(&two, "vitrine-number-two");
    const int first = socket(AF_UNIX, SOCK_DGRAM, 0);
    const int second = socket(AF_UNIX, SOCK_DGRAM, 0);
    const int nameless = socket(AF_UNIX, SOCK_DGRAM, 0);
    char text[32] = {0};
    bind(first, (struct sockaddr*)&one, one_size);
    bind(second, (struct sockaddr*)&two, two_size);
    show("send without peer", send(first, "x", 1, 0));
    show("sendto", sendto(first, "to two", 6, 0, (struct sockaddr*)&two, two_size));
    socklen_t length = sizeof found;
    show("recvfrom", recvfrom(second, text, sizeof text, MSG_DONTWAIT, (struct sockaddr*)&found, &length));
    printf("%s from %s\n", text, found.sun_path + 1);
    show("nameless", sendto(nameless, "who", 3, 0, (struct sockaddr*)&two, two_size));
    length = sizeof found;
    show("recvfrom", recvfrom(second, text, sizeof text, MSG_DONTWAIT, (struct sockaddr*)&found, &length));
    printf("from length %d\n", (int)length);
    show("connect", connect(first, (struct sockaddr*)&two, two_size));
    show("send", send(first, "connected", 9, 0));
    show("recv", recv(second, text, sizeof text, MSG_DONTWAIT));
    show("back", sendto(second, "b", 1, 0, (struct sockaddr*)&one, one_size));
    show("stranger", sendto(nameless, "s", 1, 0, (struct sockaddr*)&one, one_size));
    show("recv", recv(first, text, sizeof text, MSG_DONTWAIT));
    close(second);
    show("peer gone", send(first, "x", 1, 0));
    show("name gone", sendto(nameless, "x", 1, 0, (struct sockaddr*)&two, two_size));
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    show("disconnect", connect(first, &none, sizeof none));
    show("send", send(first, "x", 1, 0));
    close(first);
    close(nameless);
}

static long send_files(int socket, const int* files, size_t count, const char* text)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(4 * sizeof(int))];
    } control = {0};
    struct iovec data = {(void*)text, strlen(text)};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(count * sizeof(int))};
    struct cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(header), files, count * sizeof(int));
    return sendmsg(socket, &message, 0);
}

static void receive_files(int socket, size_t room, int flags)
{
    char text[64] = {0};
    char control[256];
    struct iovec data = {text, sizeof text};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = room};
    const long done = recvmsg(socket, &message, flags | MSG_DONTWAIT);
    show("recvmsg", done);
    if (done < 0)
        return;
    printf("'%s' flags %x control %zu\n", text, message.msg_flags & ~MSG_CMSG_CLOEXEC, (size_t)message.msg_controllen);
    for (struct cmsghdr* header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
        const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        printf("level %d type %d", header->cmsg_level, header->cmsg_type);
        if (header->cmsg_type != SCM_RIGHTS) {
            struct ucred sender;
            memcpy(&sender, CMSG_DATA(header), sizeof sender);
            printf(" own %d", sender.pid == getpid() && sender.uid == getuid() && sender.gid == getgid());
        }
        for (size_t i = 0; header->cmsg_type == SCM_RIGHTS && i < count; ++i) {
            int file;
            memcpy(&file, CMSG_DATA(header) + i * sizeof file, sizeof file);
            char byte = '-';
            const long got = read(file, &byte, 1);
            printf(" [%ld %c cloexec %d]", got, byte, fcntl(file, F_GETFD));
            close(file);
        }
        printf("\n");
    }
}

static void passing(int type)
{
    int data[2];
    pair(type);
    pipe(data);
    write(data[1], "abcdefgh", 8);
    show("send one", send_files(ends[0], data, 1, "one"));
    show("then plain", send(ends[0], "plain", 5, 0));
    const int both[2] = {data[0], data[0]};
    show("send two", send_files(ends[0], both, 2, "two"));
    receive_files(ends[1], 256, 0);
    receive_files(ends[1], 256, 0);
    receive_files(ends[1], 256, MSG_CMSG_CLOEXEC);
    show("send two", send_files(ends[0], both, 2, "room for one"));
    receive_files(ends[1], CMSG_LEN(sizeof(int)), 0);
    show("send two", send_files(ends[0], both, 2, "no room"));
    receive_files(ends[1], 0, 0);
    const int bad[1] = {99};
    show("bad file", send_files(ends[0], bad, 1, "bad"));
    show("send on its way", send_files(ends[0], data, 1, "left in the socket"));
    close(data[0]);
    close(data[1]);
    drop();
}

static void credentials(void)
{
    pair(SOCK_STREAM);
    struct ucred peer;
    socklen_t size = sizeof peer;
    show("SO_PEERCRED", getsockopt(ends[0], SOL_SOCKET, SO_PEERCRED, &peer, &size));
    printf("own %d size %d\n", peer.pid == getpid() && peer.uid == getuid() && peer.gid == getgid(), (int)size);
    const int on = 1;
    show("SO_PASSCRED", setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
    write(ends[0], "who", 3);
    receive_files(ends[1], 256, 0);
    drop();
}

static void options(void)
{
    static const int names[] = {SO_TYPE, SO_DOMAIN, SO_PROTOCOL, SO_ERROR, SO_ACCEPTCONN, SO_PASSCRED};
    pair(SOCK_SEQPACKET);
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
        int value = -1;
        socklen_t size = sizeof value;
        printf("%d: %d", names[i], getsockopt(ends[0], SOL_SOCKET, names[i], &value, &size));
        printf(" %d %d\n", value, (int)size);
    }
    int value;
    socklen_t size = sizeof value;
    show("unknown", getsockopt(ends[0], SOL_SOCKET, 4711, &value, &size));
    show("short", setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &value, 2));
    drop();
}

int main(void)
{
    creation();
    streams();
    packets(SOCK_DGRAM, "datagrams");
    packets(SOCK_SEQPACKET, "sequenced packets");
    names();
    datagrams();
    passing(SOCK_STREAM);
    passing(SOCK_DGRAM);
    credentials();
    options();
    return 0;
}
