# shellcheck shell=bash disable=SC2034,SC2154
# Read in by install.sh: the step from one release to another, and back when it fails.

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

host() { sed -n 's|^SMARTDRIVE_PUBLIC_URL=https\?://||p' "$root/etc/smartdrive/smartdrive.env"; }

# Within a minute of its start, by the clock.
ready() {
    local end=$((SECONDS + 60))
    while [ $SECONDS -lt $end ]; do
        systemctl is-active -q smartdrive-web.service || return 1
        curl -fs -o /dev/null --max-time 10 --unix-socket "$root/run/smartdrive/app.sock" \
            "http://$(host)/status/ready" && return
        sleep 1
    done
    return 1
}

# Whether nginx would start with what it is to get; as the drive's user, who owns what it makes for that.
nginx_takes() {
    local said
    said=$(
        umask 077
        setpriv --reuid=smartdrive --regid=smartdrive --init-groups --inh-caps=+net_bind_service \
            --ambient-caps=+net_bind_service /usr/sbin/nginx -q -t -c "/opt/smartdrive/releases/$1/nginx.conf" 2>&1
    ) || { printf '%s\n' "$said" >&2; return 1; }
}

# Whether everything runs that should.
served() {
    running || return 0
    local each worker=''
    if works_apart; then worker=smartdrive-worker; fi
    for each in smartdrive-web smartdrive-nginx $worker; do systemctl is-active -q "$each.service" || return 1; done
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
    begin
    before=$(cat "$aside/release")
    if running; then
        nginx_takes "$1" || fail "nginx does not take that: nothing was changed"
        [ -z "$before" ] || [ "$before" = "$1" ] || table keep
        undo=''
        point current "$1"
        start || status=$?
        [ $status -eq 0 ] || back "$1" "$before" $status
        table forget
    else
        point current "$1"
    fi
    if [ -n "$before" ] && [ "$before" != "$1" ]; then point previous "$before"; fi
    finished
}

# Whether all that changed is nginx's own: then nobody has to wait for a new start.
only_for_nginx() {
    local each
    for each in "${changed[@]}"; do [[ $each == ?(-)/etc/smartdrive/@(nginx|tls)?(/*) ]] || return 1; done
}

switch_nginx() {
    nginx_takes "$version" || fail "nginx does not take that: nothing was changed"
    systemctl reload smartdrive-nginx.service || fail "nginx does not take that: journalctl -u smartdrive-nginx says why"
    finished
}

# back FROM TO STATUS: what a release has done to the table is taken back only if it has served nobody.
back() {
    local look="journalctl -u smartdrive-web says why"
    [ -n "$2" ] || fail "Smart Drive does not come up: $look"
    copy_to "$aside.failed"
    # In this order: what systemd or a visitor starts meanwhile must not be FROM, which would do it all again.
    systemctl stop smartdrive-web.service 2>/dev/null # it would warn of the sockets, which are to stay
    bring_from "$aside"
    point current "$2"
    if [ "$1" != "$2" ] && [ "$3" -eq 2 ]; then table bring-back; fi
    if start; then
        table forget
        finished
        [ "$1" != "$2" ] || fail "Smart Drive does not come up that way, so all is as it was, and serves again: $look"
        fail "$1 does not come up, so $2 serves again: $look"
    fi
    if [ "$1" = "$2" ] || [ "$3" -eq 2 ]; then fail "neither $1 nor $2 comes up: $look"; fi
    bring_from "$aside.failed"
    point current "$1"
    start || true
    fail "$1 came up and was not ready, but $2 does not come up with what $1 has made of the table; so $1 stays: $look"
}
