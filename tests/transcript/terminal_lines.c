// Canonical mode: what is typed, what a person sees of it, and what a program reads.
#include "pty.h"

static const struct {
    const char* what;
    const char* typed;
    struct flags flags;
} cases[] = {
    {"plain", "abc\n", {0}},
    {"CR is NL", "abc\r", {0}},
    {"ERASE",
     "abx\x7f"
     "c\n",
     {0}},
    {"ERASE of nothing",
     "\x7f\x7f"
     "a\n",
     {0}},
    {"ERASE of a control character",
     "a\x01\x7f"
     "b\n",
     {0}},
    {"ERASE of a tab",
     "ab\t\x7f"
     "c\n",
     {0}},
    {"ERASE of a tab behind a tab",
     "\ta\t\x7f"
     "c\n",
     {0}},
    {"ERASE of a tab behind a control character", "\x01\t\x7f\n", {0}},
    {"WERASE", "one two\x17three\n", {0}},
    {"WERASE takes blanks", "one  \x17two\n", {0}},
    {"WERASE of what is no word", "a--\x17\n", {0}},
    {"WERASE of a path",
     "cd /usr/lib\x17"
     "bin\n",
     {0}},
    {"KILL",
     "ab\x15"
     "c\n",
     {0}},
    {"KILL of a line with a tab",
     "a\tb\x15"
     "c\n",
     {0}},
    {"LNEXT", "a\x16\x03\x16\x7f\n", {0}},
    {"LNEXT of a newline", "a\x16\nb\n", {0}},
    {"LNEXT of EOF",
     "a\x16\x04"
     "b\n",
     {0}},
    {"REPRINT",
     "ab\x12"
     "c\n",
     {0}},
    {"REPRINT of a control character",
     "a\x01\x12"
     "c\n",
     {0}},
    {"EOF in a line", "ab\x04", {0}},
    {"EOF alone", "\x04", {0}},
    {"escape sequence", "\x1b[A\n", {0}},
    {"beyond ASCII", "\xc3\xa4\x7f\n", {0}},
    {"IUTF8",
     "a\xc3\xa4\x7f"
     "b\n",
     {.set_input = IUTF8}},
    {"IUTF8 and a tab", "\xc3\xa4\t\x7f\n", {.set_input = IUTF8}},
    {"IUTF8 and WERASE", "x \xc3\xa4\xc3\xb6\x17\n", {.set_input = IUTF8}},
    {"no ECHO",
     "ab\x7f"
     "c\n",
     {.clear_local = ECHO}},
    {"ECHONL", "ab\n", {.clear_local = ECHO, .set_local = ECHONL}},
    {"no ECHOE", "ab\x7f\n", {.clear_local = ECHOE}},
    {"no ECHOCTL", "a\x01\x7f\n", {.clear_local = ECHOCTL}},
    {"no ECHOKE",
     "ab\x15"
     "c\n",
     {.clear_local = ECHOKE}},
    {"no ECHOK",
     "ab\x15"
     "c\n",
     {.clear_local = ECHOK}},
    {"neither ECHOK nor ECHOKE",
     "ab\x15"
     "c\n",
     {.clear_local = ECHOK | ECHOKE}},
    {"ECHOPRT",
     "abc\x7f\x7f"
     "d\n",
     {.set_local = ECHOPRT}},
    {"ECHOPRT of all", "ab\x7f\x7f\n", {.set_local = ECHOPRT}},
    {"ECHOPRT and KILL",
     "ab\x15"
     "c\n",
     {.set_local = ECHOPRT}},
    {"no IEXTEN", "a\x16\x17\n", {.clear_local = IEXTEN}},
    {"no ISIG", "a\x03\x1c\x1a\n", {.clear_local = ISIG}},
    {"IGNCR", "a\rb\n", {.set_input = IGNCR}},
    {"INLCR", "a\nb\x04", {.set_input = INLCR, .clear_input = ICRNL}},
    {"INLCR and ICRNL", "a\nb\r", {.set_input = INLCR}},
    {"no ICRNL", "a\rb\n", {.clear_input = ICRNL}},
    {"ISTRIP", "\xe1\n", {.set_input = ISTRIP}},
    {"IUCLC", "AbC\n", {.set_input = IUCLC}},
    {"PARMRK doubles", "\xff\x04", {.set_input = PARMRK}},
    {"EOL", "ab;c\n", {.place = VEOL, .character = ';'}},
    {"EOL2", "ab;c\n", {.place = VEOL2, .character = ';'}},
    {"another ERASE", "ab#c\n", {.place = VERASE, .character = '#'}},
    {"no KILL",
     "ab\x15"
     "c\n",
     {.place = VKILL, .character = 0}},
    {"no OPOST", "ab\n", {.clear_output = OPOST}},
    {"ONLRET", "ab\n", {.set_output = ONLRET, .clear_output = ONLCR}},
    {"OCRNL", "ab\x16\r\n", {.set_output = OCRNL, .clear_local = ECHOCTL}},
    {"OLCUC", "ab\n", {.set_output = OLCUC}},
    {"XTABS", "a\tb\n", {.set_output = XTABS}},
    {"XTABS and ERASE",
     "a\t\x7f"
     "b\n",
     {.set_output = XTABS}},
    {"two lines", "one\ntwo\n", {0}},
    {"IXON off",
     "a\x13"
     "b\x11\n",
     {.clear_input = IXON}},
};

static void try_long_line(void)
{
    char text[5002];
    memset(text, 'x', sizeof text);
    text[5000] = '\n';
    (void)!write(master, text, 5001);
    const ssize_t length = read(slave, text, sizeof text);
    printf("a line that is too long: %zd, ends with %02x\n", length, text[length - 1]);
}

static void try_pieces(void)
{
    type("abcdef\nxy\n");
    show_read("first piece", slave, 4);
    show_read("second piece", slave, 4);
    show_read("next line", slave, 100);
    type("abc\x04"
         "de\n");
    show_read("all before the end", slave, 3);
    show_read("behind it", slave, 100);
    type("\n");
    show_read("an empty line", slave, 100);
}

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        open_pair();
        change(&cases[i].flags);
        printf("%s\n", cases[i].what);
        type(cases[i].typed);
        show_read("  read ", slave, 8192);
        show_output();
        close_pair();
    }
    open_pair();
    (void)!write(slave, "$ ", 2);
    type("ab\t\x7f"
         "c\n");
    show_read("behind a prompt", slave, 100);
    show_output();
    try_pieces();
    close_pair();
    open_pair();
    change(&(struct flags){.clear_local = ECHO});
    try_long_line();
    return 0;
}
