// Reading without lines: MIN and TIME, buffers and their sizes, flow control, settings that change in between.
#include "pty.h"

static void try_counts(void)
{
    make_raw(1, 0);
    type("abcdef");
    show_read("MIN 1, two of six", slave, 2);
    make_raw(4, 0);
    show_read("MIN 4, the rest", slave, 100);
    make_raw(3, 0);
    type("12345");
    show_read("MIN 3 asks for two", slave, 2);
    show_read("MIN 3, what is left", slave, 100);
    make_raw(0, 0);
    show_read("MIN 0, nothing", slave, 100);
    make_raw(0, 1);
    show_read("MIN 0, TIME 1, nothing", slave, 100);
    make_raw(10, 1);
    type("xyz");
    show_read("MIN 10, TIME 1, three", slave, 100);
    type("\r\n\x7f\x15\x04");
    make_raw(5, 0);
    show_read("no special characters", slave, 100);
}

static void try_not_waiting(void)
{
    fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
    make_raw(1, 0);
    show_read("O_NONBLOCK, nothing", slave, 100);
    make_raw(0, 0);
    show_read("O_NONBLOCK, MIN 0, nothing", slave, 100);
    make_raw(0, 1);
    show_read("O_NONBLOCK, MIN 0, TIME 1, nothing", slave, 100);
    fcntl(slave, F_SETFL, O_RDWR);
    fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
    show_read("O_NONBLOCK, master", master, 100);
    fcntl(master, F_SETFL, O_RDWR);
}

// Waits until as many bytes can be read.
static int count_input(int least)
{
    int count = 0;
    while (ioctl(slave, FIONREAD, &count) == 0 && count < least)
        poll(NULL, 0, 1);
    return count;
}

static void try_buffers(void)
{
    make_raw(1, 0);
    type("abcde");
    printf("FIONREAD: %d\n", count_input(5));
    show_poll("poll, input", slave);
    make_raw(6, 0);
    show_poll("poll, input, MIN 6", slave);
    make_raw(6, 1);
    show_poll("poll, input, MIN 6, TIME 1", slave);
    make_raw(1, 0);
    show_result("TCIFLUSH", tcflush(slave, TCIFLUSH));
    printf("FIONREAD: %d\n", count_input(0));
    show_poll("poll, nothing", slave);
    show_result("tcflush 7", tcflush(slave, 7));
    show_result("tcflow 7", tcflow(slave, 7));
    show_result("TCIOFLUSH", tcflush(slave, TCIOFLUSH));
    int waiting = -1;
    show_result("TIOCOUTQ", ioctl(slave, TIOCOUTQ, &waiting));
    printf("waiting: %d\n", waiting);
    show_result("tcdrain", tcdrain(slave));
    show_result("tcsendbreak", tcsendbreak(slave, 0));
}

static void try_modes(void)
{
    make_raw(1, 0);
    type("abc");
    count_input(3);
    change(&(struct flags){.set_local = ICANON});
    show_read("raw, then canonical", slave, 100);
    type("line\nrest");
    show_read("a line", slave, 100);
    make_raw(4, 0);
    show_read("canonical, then raw", slave, 100);
    struct termios settings;
    tcgetattr(slave, &settings);
    type("gone");
    count_input(4);
    tcsetattr(slave, TCSAFLUSH, &settings);
    type("kept");
    show_read("TCSAFLUSH", slave, 100);
}

static void try_flow(void)
{
    change(&(struct flags){.set_local = ICANON, .clear_local = ECHO});
    fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
    show_result("TCOOFF", tcflow(slave, TCOOFF));
    show_result("write", write(slave, "x", 1));
    show_poll("poll, suspended", slave);
    show_result("TCOON", tcflow(slave, TCOON));
    show_result("write", write(slave, "y", 1));
    show_read("out", master, 100);
    fcntl(slave, F_SETFL, O_RDWR);
    type("\x13"
         "a\n");
    show_read("^S", slave, 100);
    fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
    show_result("write", write(slave, "x", 1));
    fcntl(slave, F_SETFL, O_RDWR);
    type("\x11"
         "b\n");
    show_read("^Q", slave, 100);
    show_result("write", write(slave, "z", 1));
    show_read("out", master, 100);
    show_result("TCIOFF", tcflow(slave, TCIOFF));
    show_read("out", master, 100);
    show_result("TCION", tcflow(slave, TCION));
    show_read("out", master, 100);
}

static void show_settings(const char* what, int descriptor)
{
    struct termios settings;
    const int result = tcgetattr(descriptor, &settings);
    printf("%s: %d %o %o %o %o", what, result, settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag);
    for (int i = 0; i < 19; ++i)
        printf(" %02x", settings.c_cc[i]);
    printf(" speeds %o %o\n", cfgetispeed(&settings), cfgetospeed(&settings));
}

static void try_settings(void)
{
    show_settings("new", slave);
    show_settings("from the master", master);
    struct termios settings;
    tcgetattr(slave, &settings);
    cfsetspeed(&settings, B9600);
    settings.c_cflag |= CSTOPB;
    show_result("set from the master", tcsetattr(master, TCSANOW, &settings));
    show_settings("seen by the terminal", slave);
    cfmakeraw(&settings);
    show_result("raw", tcsetattr(slave, TCSADRAIN, &settings));
    show_settings("raw", slave);
    int number = -1;
    show_result("TIOCGETD", ioctl(slave, TIOCGETD, &number));
    printf("discipline %d\n", number);
    number = 77;
    show_result("TIOCSETD", ioctl(slave, TIOCSETD, &number));
    show_result("an unknown ioctl", ioctl(slave, 0x54fe, 0));
    show_result("TCGETS, no memory", ioctl(slave, TCGETS, NULL));
    show_result("lseek", lseek(slave, 0, SEEK_SET));
    show_result("isatty", isatty(slave));
    show_result("isatty, master", isatty(master));
}

static void in_a_new_one(void (*function)(void))
{
    open_pair();
    function();
    close_pair();
}

int main(void)
{
    in_a_new_one(try_settings);
    in_a_new_one(try_counts);
    in_a_new_one(try_not_waiting);
    in_a_new_one(try_buffers);
    in_a_new_one(try_modes);
    in_a_new_one(try_flow);
    return 0;
}
