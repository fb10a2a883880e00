# shellcheck shell=bash disable=SC2034,SC2154
# Read in by install.sh: what it writes beside the releases, and how all of that is as it was when the rest fails.

# put TARGET MODE OWNER: what comes on standard input, unless it stands there already.
put() {
    local target="$root$1"
    cat >"$work/draft"
    if cmp -s "$work/draft" "$target" && [ "$(stat -c %a "$target")" = "$2" ]; then return; fi
    begin
    mkdir -p "${target%/*}"
    install -m "$2" "$work/draft" "$target.new"
    ours "$3" "$target.new"
    mv -T "$target.new" "$target"
    changed+=("$1")
}

drop() {
    [ -e "$root$1" ] || return 0
    begin
    rm -f "$root$1"
    changed+=("-$1")
}

folder() {
    [ -d "$root$1" ] || changed+=("$1")
    install -d -m "$2" "$root$1"
    ours "$3" "$root$1"
}

# Each file that `put` may be told to write, and those beside them.
written() {
    local places=(etc/smartdrive etc/tmpfiles.d/smartdrive.conf etc/logrotate.d/smartdrive usr/local/bin/smartdrive)
    (cd "$root/" && find "${places[@]}" etc/systemd/system/smartdrive-* ! -type d 2>/dev/null) || true
}

# copy_to FOLDER: all of them, and which release they belong to.
copy_to() {
    rm -rf "$1" "$1.new"
    mkdir -m 700 "$1.new"
    written | (cd "$root/" && xargs -r -d '\n' cp -a --parents -t "$1.new")
    at current >"$1.new/release"
    mv -T "$1.new" "$1"
}

bring_from() {
    local each
    while read -r each; do
        cp -a "$1/$each" "$root/$each.new"
        mv -T "$root/$each.new" "$root/$each"
    done < <(cd "$1" && find . ! -type d ! -path ./release -printf '%P\n')
    while read -r each; do
        [ -e "$1/$each" ] || rm -f "$root/$each"
    done < <(written)
}

# Before the first change. What it leaves stays until all of it serves or is as it was: a run that finds it there knows
# that another one was cut off, and goes on.
begin() {
    [ ! -d "$aside" ] || return 0
    copy_to "$aside"
    undo=yes
}

finished() {
    rm -rf "$aside" "$aside.failed"
    undo=''
}

ending() {
    if [ -n "$undo" ]; then bring_from "$aside" && finished; fi
    rm -rf "$work"
}

# What the present release put there and the one to come has not.
left_over() {
    local now to=$root/opt/smartdrive/releases/$version/deploy each name
    now=$root/opt/smartdrive/releases/$(at current)/deploy
    [ -d "$now" ] || return 0
    for each in "$now"/nginx/*; do
        name=${each##*/}
        [ -e "$to/nginx/$name" ] || drop "/etc/smartdrive/nginx/$name"
    done
    for each in "$now"/systemd/*; do
        name=${each##*/}
        [ ! -e "$to/systemd/$name" ] || continue
        if running; then systemctl disable -q --now "$name"; fi
        drop "/etc/systemd/system/$name"
    done
}

units() {
    local from=$root/opt/smartdrive/releases/$version/deploy each
    for each in "$from"/systemd/*; do put "/etc/systemd/system/${each##*/}" 644 root:root <"$each"; done
    put /etc/tmpfiles.d/smartdrive.conf 644 root:root <<<'d /run/smartdrive 0750 smartdrive smartdrive'
    put /etc/logrotate.d/smartdrive 644 root:root <"$from/logrotate.conf"
    put /usr/local/bin/smartdrive 755 root:root <"$from/smartdrive.sh"
}
