# shellcheck shell=bash disable=SC2154
# Read in by install.sh: what a machine needs before a release can serve, and the release itself.

packages() {
    [ -z "$root" ] || return 0
    [ "$(id -u)" -eq 0 ] || fail "run this as root"
    local wanted=() brotli=libnginx-mod-http-brotli-static each
    for each in nginx-light:/usr/sbin/nginx curl:/usr/bin/curl ca-certificates:/etc/ssl/certs/ca-certificates.crt \
        python3-venv:/usr/bin/python3 openssl:/usr/bin/openssl logrotate:/usr/sbin/logrotate \
        ${email:+certbot:/usr/bin/certbot}; do
        [ -e "${each#*:}" ] || wanted+=("${each%%:*}")
    done
    python3 -c 'import ensurepip, venv' 2>/dev/null || wanted+=(python3-venv)
    # One that only waits for the next boot takes the ports then.
    if running && { systemctl is-active -q nginx || systemctl is-enabled -q nginx 2>/dev/null; }; then
        fail "nginx serves something else here: smartdrive needs ports 80 and 443 (systemctl disable --now nginx)"
    fi
    if [ ${#wanted[@]} -gt 0 ]; then
        # Debian starts what it installs; ours is a unit of its own.
        if [ ! -e /usr/sbin/nginx ] && running; then systemctl mask -q nginx 2>/dev/null; fi
        apt-get update -qq
        if [ ! -e /usr/sbin/nginx ] && apt-cache show $brotli >/dev/null 2>&1; then wanted+=("$brotli"); fi
        export DEBIAN_FRONTEND=noninteractive
        # Nobody is there to ask whether a file of theirs may be replaced: it may not.
        apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold "${wanted[@]}" \
            </dev/null >/dev/null
        changed+=("${wanted[@]}")
    fi
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed"
    getent passwd smartdrive >/dev/null && return
    useradd --system --user-group --home-dir /var/lib/smartdrive --shell /usr/sbin/nologin smartdrive
    changed+=("user smartdrive")
}

folders() {
    folder /opt/smartdrive 755 root:root
    folder /opt/smartdrive/releases 755 root:root
    folder /opt/smartdrive/environments 755 root:root
    folder /etc/smartdrive 755 root:root
    folder /etc/smartdrive/nginx 755 root:root
    taken_over
    folder /var/lib/smartdrive 700 smartdrive:smartdrive
    folder /var/lib/smartdrive-acme 755 root:root
    folder /var/log/smartdrive 750 smartdrive:smartdrive
    folder /run/smartdrive 750 smartdrive:smartdrive
}

# A drive that somebody else's processes wrote so far, such as those of `make run`.
taken_over() {
    local data=/var/lib/smartdrive
    [ -z "$root" ] && [ -d $data ] && [ "$(stat -c %U $data)" != smartdrive ] || return 0
    chown -R --no-dereference smartdrive:smartdrive $data
    changed+=("owner of $data")
}

# Nothing of an archive is looked at before its digest is right.
unpack() {
    local archive=$release name place
    case $release in
        *://*)
            archive=$work/archive
            curl -fsSL --retry 5 -o "$archive" "$release" || fail "$release cannot be fetched"
            ;;
    esac
    [ -r "$archive" ] || fail "$archive is not there"
    [ "$(sha256sum <"$archive")" = "$digest  -" ] || fail "the digest of the archive is not $digest: nothing was done"
    name=$(tar -tzf "$archive" | head -1 || true)
    name=${name%%/*}
    [[ $name =~ ^smartdrive-[0-9A-Za-z.+-]+$ ]] || fail "the archive holds no release"
    version=${name#smartdrive-}
    place=$root/opt/smartdrive/releases/$version
    [ -d "$place" ] && return
    tar -xzf "$archive" -C "$work" --no-same-owner --no-same-permissions
    rm -rf "$place.new"
    cp -r "$work/$name" "$place.new"
    chmod -R go=u-w "$place.new"
    ln -s ../../../../etc/smartdrive/smartdrive.env "$place.new/.env"
    mv -T "$place.new" "$place"
    changed+=("release $version")
}

# Releases with the same requirements share an environment, so most upgrades need no network. It is for one Python: a
# system that was upgraded to another gets a new one.
environment() {
    local place=$root/opt/smartdrive/releases/$version name target made=''
    name=$(sha256sum <"$place/requirements.txt" | cut -c1-16)
    name+=$(python3 -c 'import sys; print("-python%d.%d" % sys.version_info[:2])')
    target=$root/opt/smartdrive/environments/$name
    if [ ! -e "$target" ]; then
        rm -rf "$target.new"
        python3 -m venv "$target.new"
        "$target.new/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes \
            -r "$place/requirements.txt"
        mv -T "$target.new" "$target"
        made=yes
    fi
    [ "$(readlink "$place/.venv" || true)" != "../../environments/$name" ] || return 0
    if [ -n "$made" ] || [ -L "$place/.venv" ]; then changed+=("environment $name"); fi
    ln -sfn "../../environments/$name" "$place/.venv.new"
    mv -T "$place/.venv.new" "$place/.venv"
}

# Nobody goes further back than one release; what none of the two uses goes, too.
older_releases() {
    local each name linked
    for each in "$root"/opt/smartdrive/releases/*; do
        name=${each##*/}
        [ "$name" = "$(at current)" ] || [ "$name" = "$(at previous)" ] || { rm -rf "$each"; changed+=("-$name"); }
    done
    linked=$(readlink "$root"/opt/smartdrive/releases/*/.venv)
    for each in "$root"/opt/smartdrive/environments/*; do
        name=${each##*/}
        grep -qxF "../../environments/$name" <<<"$linked" || { rm -rf "$each"; changed+=("-environment $name"); }
    done
}
