// Sessions and jobs at a terminal: whose it is, who is in the foreground, what signals that brings, and hang-ups.
#include "pty.h"

static volatile sig_atomic_t caught;
static void note(int signal) { caught = signal; }

static void catch (int signal)
{
    struct sigaction action = {.sa_handler = note};
    sigaction(signal, &action, NULL);
}

static int wait_for_signal(void)
{
    while (caught == 0)
        pause();
    const int signal = caught;
    caught = 0;
    return signal;
}

static void show_end(const char* what, pid_t child)
{
    int status;
    if (waitpid(child, &status, WUNTRACED) < 0)
        printf("%s: %s\n", what, strerror(errno));
    else if (WIFEXITED(status))
        printf("%s: exit %d\n", what, WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        printf("%s: killed by %d\n", what, WTERMSIG(status));
    else if (WIFSTOPPED(status))
        printf("%s: stopped by %d\n", what, WSTOPSIG(status));
}

// Runs the function as the leader of a session whose terminal is a new one.
static void in_session(const char* what, void (*function)(void))
{
    printf("-- %s\n", what);
    fflush(stdout);
    open_pair();
    char name[64];
    strcpy(name, ptsname(master));
    const pid_t child = fork();
    if (child == 0) {
        close(slave);
        setsid();
        slave = open(name, O_RDWR);
        function();
        fflush(stdout);
        _exit(0);
    }
    close(slave);
    show_end("leader", child);
    fflush(stdout);
    close(master);
}

static pid_t start(void (*function)(void), int own_group)
{
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        if (own_group)
            setpgid(0, 0);
        function();
        fflush(stdout);
        _exit(0);
    }
    if (own_group)
        setpgid(child, child);
    return child;
}

static void own_terminal(void)
{
    printf("foreground %d\n", tcgetpgrp(slave) == getpgrp());
    printf("session %d\n", tcgetsid(slave) == getsid(0));
    const int tty = open("/dev/tty", O_RDWR);
    printf("/dev/tty %d\n", tty >= 0);
    printf("the same foreground %d\n", tcgetpgrp(tty) == getpgrp());
    show_result("TIOCSCTTY again", ioctl(slave, TIOCSCTTY, 0));
    show_result("tcsetpgrp of nobody", tcsetpgrp(slave, 30000));
    show_result("tcsetpgrp -1", tcsetpgrp(slave, -1));
    show_result("tcsetpgrp of init", tcsetpgrp(slave, getpgid(getppid())));
    int number = 0;
    printf("from the master %d\n", ioctl(master, TIOCGPGRP, &number) == 0 && number == getpgrp());
    catch (SIGHUP);
    catch (SIGCONT);
    show_result("give up", ioctl(tty, TIOCNOTTY));
    errno = 0;
    show_result("/dev/tty", open("/dev/tty", O_RDWR));
    errno = 0;
    show_result("tcgetpgrp", tcgetpgrp(slave));
    show_result("TIOCSCTTY", ioctl(slave, TIOCSCTTY, 0));
    printf("foreground %d\n", tcgetpgrp(slave) == getpgrp());
}

static void typed_signals(void)
{
    catch (SIGINT);
    catch (SIGQUIT);
    catch (SIGTSTP);
    type("\x03");
    printf("^C %d\n", wait_for_signal() == SIGINT);
    show_output();
    type("\x1c");
    printf("^\\ %d\n", wait_for_signal() == SIGQUIT);
    type("\x1a");
    printf("^Z %d\n", wait_for_signal() == SIGTSTP);
    show_output();
    type("x\x03");
    wait_for_signal();
    type("y\n");
    show_read("what was typed before is gone", slave, 100);
    change(&(struct flags){.set_local = NOFLSH});
    type("x\x03");
    wait_for_signal();
    type("y\n");
    show_read("or not, with NOFLSH", slave, 100);
}

static void read_until_signal(void)
{
    char text[10];
    const ssize_t length = read(slave, text, sizeof text);
    printf("read: %zd %s\n", length, strerror(errno));
}

static void interrupted_read(void)
{
    catch (SIGINT);
    const pid_t child = start(read_until_signal, 0);
    signal(SIGINT, SIG_IGN);
    // Again and again: nobody sees from outside that a process reads.
    for (int status; waitpid(child, &status, WNOHANG) == 0; poll(NULL, 0, 1))
        type("\x03");
}

static void wait_for_int(void)
{
    for (;;)
        pause();
}

static void foreground_only(void)
{
    signal(SIGTTOU, SIG_IGN);
    const pid_t child = start(wait_for_int, 1);
    catch (SIGINT);
    tcsetpgrp(slave, child);
    type("\x03");
    show_end("child", child);
    printf("leader heard %d\n", (int)caught);
    tcsetpgrp(slave, getpgrp());
    type("\x03");
    printf("leader heard %d\n", wait_for_signal());
}

static void read_once(void)
{
    char text[10];
    const ssize_t length = read(slave, text, sizeof text);
    printf("read: %zd\n", length);
}

static void background_read(void)
{
    signal(SIGTTOU, SIG_IGN);
    const pid_t child = start(read_once, 1);
    show_end("reader", child);
    tcsetpgrp(slave, child);
    type("line\n");
    kill(-child, SIGCONT);
    show_end("reader", child);
}

static void read_ignoring(void)
{
    signal(SIGTTIN, SIG_IGN);
    errno = 0;
    show_read("ignoring SIGTTIN", slave, 10);
}

static void background_read_ignored(void) { show_end("reader", start(read_ignoring, 1)); }

static void write_once(void) { show_result("write", write(slave, "x", 1)); }

static void background_write(void)
{
    show_end("writer", start(write_once, 1));
    change(&(struct flags){.set_local = TOSTOP});
    const pid_t child = start(write_once, 1);
    show_end("writer, TOSTOP", child);
    change(&(struct flags){.clear_local = TOSTOP});
    kill(-child, SIGCONT);
    show_end("writer", child);
}

static void set_once(void) { show_result("tcsetpgrp", tcsetpgrp(slave, getpgrp())); }
static void set_ignoring(void)
{
    signal(SIGTTOU, SIG_IGN);
    set_once();
}

static void background_control(void)
{
    const pid_t child = start(set_once, 1);
    show_end("stopped", child);
    kill(-child, SIGKILL);
    show_end("stopped", child);
    show_end("ignoring", start(set_ignoring, 1));
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(slave, getpgrp());
}

static void read_orphaned(void)
{
    // Its parent leaves: nobody of the session is left who could let it go on.
    while (getppid() != 1 && getppid() != 0 && kill(getppid(), 0) == 0 && getpgid(getppid()) != getpgrp() &&
           getsid(getppid()) == getsid(0))
        poll(NULL, 0, 1);
    errno = 0;
    show_read("orphaned", slave, 10);
}

static void make_orphan(void)
{
    start(read_orphaned, 1);
    _exit(0);
}

static void orphaned_read(void)
{
    int ends[2];
    if (pipe(ends) != 0)
        return;
    waitpid(start(make_orphan, 1), NULL, 0);
    close(ends[1]);
    char end;
    (void)!read(ends[0], &end, 1); // until the orphan has ended
}

static void window_changes(void)
{
    struct winsize size = {0};
    catch (SIGWINCH);
    ioctl(slave, TIOCGWINSZ, &size);
    printf("%d %d\n", size.ws_row, size.ws_col);
    size.ws_row = 40;
    size.ws_col = 100;
    size.ws_xpixel = 7;
    ioctl(master, TIOCSWINSZ, &size);
    printf("heard %d\n", wait_for_signal() == SIGWINCH);
    memset(&size, 0, sizeof size);
    ioctl(slave, TIOCGWINSZ, &size);
    printf("%d %d %d\n", size.ws_row, size.ws_col, size.ws_xpixel);
    ioctl(slave, TIOCSWINSZ, &size);
    printf("the same again %d\n", (int)caught);
}

static void hang_up(void)
{
    catch (SIGHUP);
    catch (SIGCONT);
    close(master);
    while (caught == 0)
        pause();
    show_read("read", slave, 10);
    errno = 0;
    show_result("write", write(slave, "x", 1));
    errno = 0;
    show_result("tcgetpgrp", tcgetpgrp(slave));
    show_result("isatty", isatty(slave));
    show_poll("poll", slave);
    errno = 0;
    show_result("/dev/tty", open("/dev/tty", O_RDWR));
}

static void without_session(void)
{
    show_result("TIOCSCTTY of no leader", ioctl(slave, TIOCSCTTY, 0));
    errno = 0;
    show_result("tcgetpgrp", tcgetpgrp(slave));
    errno = 0;
    show_result("tcgetsid", tcgetsid(slave));
    errno = 0;
    show_result("tcsetpgrp", tcsetpgrp(slave, getpgrp()));
}

int main(void)
{
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    in_session("one's own terminal", own_terminal);
    in_session("signals that are typed", typed_signals);
    in_session("a read that is interrupted", interrupted_read);
    in_session("signals for the foreground", foreground_only);
    in_session("reading in the background", background_read);
    in_session("reading in the background, SIGTTIN ignored", background_read_ignored);
    in_session("writing in the background", background_write);
    in_session("changing things in the background", background_control);
    in_session("reading as an orphan", orphaned_read);
    in_session("window size", window_changes);
    printf("-- nobody's terminal\n");
    open_pair();
    show_end("no leader", start(without_session, 0));
    close_pair();
    printf("-- hang-up\n");
    fflush(stdout);
    // The master must be in one process only.
    open_pair();
    char name[64];
    strcpy(name, ptsname(master));
    const pid_t child = fork();
    if (child == 0) {
        setsid();
        close(slave);
        slave = open(name, O_RDWR);
        hang_up();
        fflush(stdout);
        _exit(0);
    }
    close(slave);
    close(master);
    show_end("leader", child);
    return 0;
}
