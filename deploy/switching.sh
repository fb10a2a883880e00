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

works_apart() { grep -qx 'SMARTDRIVE_WORKER=apart' "$root/etc/smartdrive/smartdrive.env"; }

# table keep|bring-back|forget: before_start.sh does it, in the moment in which nothing runs.
table() {
    local data=$root/var/lib/smartdrive
    case $1 in
        forget) rm -rf "$data"/before-upgrade "$data"/before-upgrade.wanted ;;
        *) [ ! -e "$data/drive.db" ] || printf '%s\n' "$1" >"$data/before-upgrade.wanted" ;;
    esac
    if [ -e "$data/before-upgrade.wanted" ]; then ours smartdrive:smartdrive "$data/before-upgrade.wanted"; fi
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

# The sockets stay meanwhile, so whoever comes waits. Status 2 when nothing was ever served, 1 when it is not ready.
start() {
    systemctl daemon-reload
    systemctl enable -q --now smartdrive-web.socket smartdrive-fsck.timer
    systemctl enable -q smartdrive-web.service smartdrive-nginx.service
    if works_apart; then systemctl stop smartdrive-worker.service; fi
    systemctl restart smartdrive-web.service || return 2
    ready || return 1
    if works_apart; then systemctl enable -q --now smartdrive-worker.service; fi
    systemctl reload-or-restart smartdrive-nginx.service || return 1
}

# switch VERSION: or everything is as it was.
switch() {
    local before status=0
    before=$(at current)
    if running; then
        [ -z "$before" ] || table keep
        point current "$1"
        start || status=$?
        [ $status -eq 0 ] || back "$1" "$before" $status
        table forget
    else
        point current "$1"
    fi
    if [ -n "$before" ] && [ "$before" != "$1" ]; then point previous "$before"; fi
}

# back FROM TO STATUS: what a release has done to the table is taken back only if it has served nobody.
back() {
    if [ -z "$2" ] || [ "$2" = "$1" ]; then
        fail "Smart Drive does not come up: journalctl -u smartdrive-web says why"
    fi
    if [ "$3" -eq 2 ]; then table bring-back; fi
    point current "$2"
    start || fail "neither $1 nor $2 comes up: journalctl -u smartdrive-web says why"
    table forget
    fail "$1 does not come up, so $2 serves again: journalctl -u smartdrive-web says why"
}

older_releases() {
    local each name
    for each in "$root"/opt/smartdrive/releases/*; do
        name=${each##*/}
        [ "$name" = "$(at current)" ] || [ "$name" = "$(at previous)" ] || { rm -rf "$each"; changed+=("-$name"); }
    done
}
