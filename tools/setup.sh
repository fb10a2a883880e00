#!/usr/bin/env bash
# Make this checkout ready: `tools/setup.sh run|test|check|bench|gates`.
# run    .venv with requirements.txt
# test   also requirements-test.txt and the Debian packages the tests drive
# check  also Node, which rebuilds the front end
# bench  .venv-bench with requirements.txt and nothing else, as a drive in use has it, and those Debian packages
# gates  what test and check need, and Lighthouse
# What is already there is left alone, so a second call needs no network and takes no time.
set -euo pipefail
cd "$(dirname "$0")/.."

environment=.venv

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 3; }

as_root() { [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; }

apt_install() {
    say "Installing $* …"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null </dev/null
}

# A python that is new enough, by the name it goes by here.
find_python() {
    local name
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

make_environment() {
    [ -x "$environment/bin/python" ] && "$environment/bin/python" -m pip --version >/dev/null 2>&1 && return
    local python version
    if ! python=$(find_python); then
        if as_root; then apt_install python3 python3-venv; fi
        python=$(find_python) || fail "Smart Drive needs Python 3.11 or newer: install it and run this again."
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        as_root || fail "Python's venv module is missing: run 'apt-get install $version' as root and try again."
        apt_install "$version"
    fi
    say "Making $environment with $python …"
    rm -rf "$environment"
    "$python" -m venv "$environment"
}

# The installed file is kept beside the packages: the same text means nothing is to be done.
install_requirements() {
    cmp -s "$1" "$environment/installed-$1" && return
    say "Installing $1 …"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$1"
    cp "$1" "$environment/installed-$1"
}

# Prints the Debian package behind each command or file that is missing here.
missing_packages() {
    local package probe
    while read -r package probe; do
        PATH="$PATH:/usr/sbin:/sbin" command -v "$probe" >/dev/null || [ -e "$probe" ] || printf '%s\n' "$package"
    done
}

need_packages() {
    local packages
    mapfile -t packages < <(missing_packages)
    [ "${#packages[@]}" -eq 0 ] && return
    as_root || fail "Missing here: ${packages[*]}. Run 'apt-get install ${packages[*]}' as root and try again."
    apt_install "${packages[@]}"
}

for_tests() {
    need_packages <<LIST
chromium chromium
chromium-headless-shell chromium-headless-shell
libatomic1 /usr/lib/$(uname -m)-linux-gnu/libatomic.so.1
nginx-light nginx
libnginx-mod-http-brotli-static /usr/lib/nginx/modules/ngx_http_brotli_static_module.so
libnss3-tools certutil
openssl openssl
logrotate logrotate
wrk wrk
strace strace
faketime faketime
unzip unzip
p7zip-full 7z
libarchive-tools bsdtar
curl curl
e2fsprogs mkfs.ext4
util-linux losetup
debootstrap debootstrap
mount mount
procps ps
systemd systemd-analyze
git git
make make
fonts-dejavu-core /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
fonts-wqy-microhei /usr/share/fonts/truetype/wqy/wqy-microhei.ttc
LIST
}

for_checks() {
    need_packages <<'LIST'
git git
shellcheck shellcheck
nodejs node
npm npm
LIST
}

# Lighthouse drives the Chromium of the tests; its package brings none along.
install_lighthouse() {
    cmp -s tools/lighthouse/package-lock.json tools/lighthouse/node_modules/.installed-lock && return
    say "Installing Lighthouse …"
    (cd tools/lighthouse && npm ci --ignore-scripts --no-audit --no-fund --silent)
    cp tools/lighthouse/package-lock.json tools/lighthouse/node_modules/.installed-lock
}

for_run() {
    make_environment
    install_requirements requirements.txt
}

for_work() {
    for_run
    install_requirements requirements-test.txt
}

case "${1:-}" in
    run) for_run ;;
    test) for_work; for_tests ;;
    check) for_work; for_checks ;;
    gates) for_work; for_tests; for_checks; install_lighthouse ;;
    bench) environment=.venv-bench; for_run; for_tests ;;
    *) fail "usage: tools/setup.sh run|test|check|bench|gates" ;;
esac
