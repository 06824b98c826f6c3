# Makes the kernel's table of function names (see symbols.hpp) from `nm --numeric-sort --demangle`: addresses (their
# lower halves: the upper ones are all ones), offsets of the names, the names. Parameter lists are left out.

function short(name)
{
    gsub(/\(anonymous namespace\)::/, "", name)
    gsub(/operator\(\)/, "operator[call]", name)
    sub(/\(.*/, "", name)
    gsub(/operator\[call\]/, "operator()", name)
    gsub(/["\\]/, "", name)
    return substr(name, 1, 96)
}

$2 ~ /^[tTwW]$/ && $3 !~ /^\.L/ {
    if ($1 == last)
        next
    last = $1
    count++
    address[count] = $1
    line = $0
    sub(/^[0-9a-f]+ . /, "", line)
    name[count] = short(line)
}

END {
    print "    .section .rodata.symbols, \"a\"\n    .balign 8"
    print "    .global kernel_symbol_count, kernel_symbol_addresses, kernel_symbol_name_offsets, kernel_symbol_names"
    print "kernel_symbol_count:\n    .quad " count
    print "kernel_symbol_addresses:"
    for (i = 1; i <= count; i++)
        print "    .long 0x" substr(address[i], 9)
    print "kernel_symbol_name_offsets:"
    for (i = 1; i <= count; i++) {
        print "    .long " offset + 0
        offset += length(name[i]) + 1
    }
    print "kernel_symbol_names:"
    for (i = 1; i <= count; i++)
        print "    .asciz \"" name[i] "\""
}
