# shellcheck shell=bash disable=SC2154
# The second half of install.sh, which reads it in: units, the step from one release to another, and back when it fails.

units() {
    local from=$root/opt/smartdrive/releases/$version/deploy each
    for each in "$from"/systemd/*; do put "/etc/systemd/system/${each##*/}" 644 root:root <"$each"; done
    put /etc/tmpfiles.d/smartdrive.conf 644 root:root <<<'d /run/smartdrive 0750 smartdrive smartdrive'
    put /etc/logrotate.d/smartdrive 644 root:root <"$from/logrotate.conf"
    put /usr/local/bin/smartdrive 755 root:root <"$from/smartdrive.sh"
}

at() { basename "$(readlink "$root/opt/smartdrive/$1" || true)"; }

# point NAME VERSION, in one step: there is no moment without a release.
point() {
    ln -sfn "releases/$2" "$root/opt/smartdrive/$1.new"
    mv -T "$root/opt/smartdrive/$1.new" "$root/opt/smartdrive/$1"
}

programs() {
    local worker=''
    grep -qx 'SMARTDRIVE_WORKER=apart' "$root/etc/smartdrive/smartdrive.env" && worker=smartdrive-worker.service
    printf '%s\n' smartdrive-web.service $worker
}

# The table as it was, for the case that the new release changes it and then does not come up.
table() {
    local data=$root/var/lib/smartdrive kept=$root/var/lib/smartdrive/before-upgrade
    case $1 in
        keep)
            [ -e "$data/drive.db" ] || return 0
            install -d -m 700 "$kept"
            cp -a --reflink=auto "$data"/drive.db* "$kept/"
            ;;
        bring-back)
            [ -d "$kept" ] || return 0
            rm -f "$data"/drive.db*
            cp -a "$kept"/drive.db* "$data/"
            ;;
        forget) rm -rf "$kept" ;;
    esac
}

ready() {
    local host
    host=$(sed -n 's|^SMARTDRIVE_PUBLIC_URL=https\?://||p' "$root/etc/smartdrive/smartdrive.env")
    for _ in $(seq 60); do
        curl -fs -o /dev/null --max-time 10 --unix-socket "$root/run/smartdrive/app.sock" "http://$host/status/ready" &&
            return
        systemctl is-active -q smartdrive-web.service || return 1
        sleep 1
    done
    return 1
}

# The sockets stay meanwhile, so whoever comes waits.
start() {
    systemctl daemon-reload
    systemctl enable -q --now smartdrive-web.socket smartdrive-fsck.timer
    # shellcheck disable=SC2046
    systemctl enable -q $(programs) smartdrive-nginx.service
    # shellcheck disable=SC2046
    systemctl restart $(programs) && ready && systemctl reload-or-restart smartdrive-nginx.service
}

# switch VERSION: or everything is as it was.
switch() {
    local before
    before=$(at current)
    if ! running; then
        point current "$1"
        [ -z "$before" ] || [ "$before" = "$1" ] || point previous "$before"
        return
    fi
    # shellcheck disable=SC2046
    [ -z "$before" ] || systemctl stop $(programs)
    table keep
    point current "$1"
    if start; then
        [ -z "$before" ] || [ "$before" = "$1" ] || point previous "$before"
        table forget
    elif [ -z "$before" ] || [ "$before" = "$1" ]; then
        fail "Smart Drive does not come up: journalctl -u smartdrive-web says why"
    else
        # shellcheck disable=SC2046
        systemctl stop $(programs) || true
        table bring-back
        point current "$before"
        start || fail "neither $1 nor $before comes up: journalctl -u smartdrive-web says why"
        table forget
        fail "$1 does not come up, so $before serves again: journalctl -u smartdrive-web says why"
    fi
}

older_releases() {
    local each name
    for each in "$root"/opt/smartdrive/releases/*; do
        name=${each##*/}
        [ "$name" = "$(at current)" ] || [ "$name" = "$(at previous)" ] || { rm -rf "$each"; changed+=("-$name"); }
    done
}
