# shellcheck shell=bash
# Sourced by the other scripts: where the tree is, how to say things, how many jobs to run.
# Everything said goes to stderr: stdout belongs to the guest's console or the tests' results.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '== %s\n' "$*" >&2; }

die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

jobs() { nproc; }

# Opening it is the only sure test: permissions, device cgroups and missing modules all show here.
# (bash's <> would create a missing file, hence -c first.)
kvm_usable() { [ -c /dev/kvm ] && (: <>/dev/kvm) 2>/dev/null; }

why_no_kvm() {
    if [ ! -e /dev/kvm ]; then
        echo "/dev/kvm does not exist (load kvm_intel or kvm_amd, or switch virtualisation on in the firmware)"
    else
        echo "/dev/kvm cannot be opened by $(id -un) (try: sudo usermod -aG kvm $(id -un), then log in again)"
    fi
}

# build PRESET [TARGET...]: configures when that was never done, then builds; quick when nothing changed.
build() {
    local preset=$1 target=()
    shift
    [ $# -eq 0 ] || target=(--target "$@")
    if [ ! -f "$root/build/$preset/build.ninja" ]; then
        say "configuring $preset"
        (cd "$root" && cmake --preset "$preset") >&2
    fi
    say "building $preset"
    (cd "$root" && cmake --build "build/$preset" --parallel "$(jobs)" "${target[@]}") >&2
}
