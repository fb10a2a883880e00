#!/usr/bin/env bash
# Put a release of Smart Drive on this Debian or Ubuntu server, or a newer one in its place. Run again it changes
# nothing.
#
#   install.sh --release FILE|URL --sha256 DIGEST --domain NAME  and one of
#       --certificate FILE --key FILE   a certificate of yours
#       --email ADDRESS                 one from Let's Encrypt, renewed by itself (certbot)
#       --behind NETWORK[,NETWORK]      none: a balancer in these networks has it, and comes to port 80
#   install.sh --rollback               back to the release before
#
#   --engine embedded|aws               where things are kept (embedded)
#   --set SMARTDRIVE_NAME=VALUE         any setting, as often as needed; what the settings say already is kept otherwise
#   --root FOLDER                       into a folder that is a root to be: no users, no packages, nothing started
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/switching.sh"

release='' digest='' domain='' certificate='' key='' email='' behind='' root='' rollback=''
engine='' brotli=libnginx-mod-http-brotli-static
given=()
changed=()

fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
say() { printf '%s\n' "$*"; }
usage() { sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; }

arguments() {
    while [ $# -gt 0 ]; do
        case $1 in
            --rollback) rollback=yes; shift; continue ;;
            --help) usage; exit ;;
        esac
        [ $# -ge 2 ] || fail "$1 needs a value; --help tells all"
        case $1 in
            --release) release=$2 ;;
            --sha256) digest=$2 ;;
            --domain) domain=$2 ;;
            --certificate) certificate=$2 ;;
            --key) key=$2 ;;
            --email) email=$2 ;;
            --behind) behind=$2 ;;
            --engine) engine=$2 ;;
            --set) given+=("$2") ;;
            --root) root=$(readlink -f "$2") ;;
            *) fail "there is no option $1; --help tells all" ;;
        esac
        shift 2
    done
}

look_at_arguments() {
    [ -n "$rollback" ] && return
    [ -n "$release" ] || fail "--release is missing: the archive of a release, or its address"
    [[ $digest =~ ^[0-9a-f]{64}$ ]] || fail "--sha256 is missing: the 64 digits that were published with the release"
    [[ $domain =~ ^[A-Za-z0-9.-]+$ ]] || fail "--domain is missing: the name people use, such as drive.example.org"
    [[ ${engine:-embedded} =~ ^(embedded|aws)$ ]] || fail "--engine is embedded or aws"
    local ways=0 each
    for each in "$certificate" "$email" "$behind"; do [ -z "$each" ] || ways=$((ways + 1)); done
    [ "$ways" -eq 1 ] || fail "take one of --certificate and --key, --email, --behind"
    if [ -n "$certificate" ]; then
        if [ ! -r "$certificate" ] || [ ! -r "$key" ]; then fail "--certificate and --key: both files must be there"; fi
    fi
    [[ $behind =~ ^[0-9a-fA-F.:/,]*$ ]] || fail "--behind takes networks such as 10.0.0.0/16, with commas between them"
    for each in "${given[@]}"; do
        [[ $each =~ ^SMARTDRIVE_[A-Z0-9_]+=[^[:cntrl:]]*$ ]] || fail "--set takes SMARTDRIVE_NAME=VALUE"
    done
}

# Whether this is a system that runs, and not a folder or an image that will be one.
running() { [ -d "$root/run/systemd/system" ]; }
ours() { if [ -z "$root" ]; then chown "$@"; fi; }

# put TARGET MODE OWNER: what comes on standard input, unless it stands there already.
put() {
    local target="$root$1"
    cat >"$work/draft"
    if cmp -s "$work/draft" "$target" && [ "$(stat -c %a "$target")" = "$2" ]; then return; fi
    mkdir -p "${target%/*}"
    install -m "$2" "$work/draft" "$target.new"
    ours "$3" "$target.new"
    mv -T "$target.new" "$target"
    changed+=("$1")
}

folder() {
    [ -d "$root$1" ] || changed+=("$1")
    install -d -m "$2" "$root$1"
    ours "$3" "$root$1"
}

packages() {
    [ -z "$root" ] || return 0
    [ "$(id -u)" -eq 0 ] || fail "run this as root"
    local wanted=() each
    for each in nginx-light:/usr/sbin/nginx curl:/usr/bin/curl ca-certificates:/etc/ssl/certs/ca-certificates.crt \
        python3-venv:/usr/bin/python3 openssl:/usr/bin/openssl logrotate:/usr/sbin/logrotate \
        ${email:+certbot:/usr/bin/certbot}; do
        [ -e "${each#*:}" ] || wanted+=("${each%%:*}")
    done
    python3 -c 'import ensurepip, venv' 2>/dev/null || wanted+=(python3-venv)
    if running && systemctl is-active -q nginx; then
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

# Releases with the same requirements share an environment, so most upgrades need no network.
environment() {
    local place=$root/opt/smartdrive/releases/$version name
    name=$(sha256sum <"$place/requirements.txt" | cut -c1-16)
    local target=$root/opt/smartdrive/environments/$name
    if [ ! -e "$target" ]; then
        rm -rf "$target.new"
        python3 -m venv "$target.new"
        "$target.new/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes \
            -r "$place/requirements.txt"
        mv -T "$target.new" "$target"
        changed+=("environment $name")
    fi
    [ -L "$place/.venv" ] || ln -s "../../environments/$name" "$place/.venv"
}

# What is given replaces what stands there; the rest is only what is missing.
settings() {
    local text='' file=$root/etc/smartdrive/smartdrive.env each
    [ ! -e "$file" ] || text=$(cat "$file")
    keep() { grep -q "^$1=" <<<"$text" || text+=$'\n'"$1=$2"; }
    replace() { text=$(grep -v "^$1=" <<<"$text" || true)$'\n'"$1=$2"; }
    [ -n "$text" ] || text='# Settings of Smart Drive; "systemctl reload smartdrive-web" after a change.'
    for each in "${given[@]}"; do
        grep -qxF "$each" <<<"$text" || replace "${each%%=*}" "${each#*=}"
    done
    [ -z "$engine" ] || keep SMARTDRIVE_ENGINE "$engine"
    keep SMARTDRIVE_DATA /var/lib/smartdrive
    keep SMARTDRIVE_BEHIND_NGINX true
    grep -qxF "SMARTDRIVE_PUBLIC_URL=https://$domain" <<<"$text" || replace SMARTDRIVE_PUBLIC_URL "https://$domain"
    if [ ! -e "$root/var/lib/smartdrive/secret" ] && ! grep -Eq '^SMARTDRIVE_(SECRET=|ENGINE=aws)' <<<"$text"; then
        keep SMARTDRIVE_SECRET "$(python3 -c 'import secrets; print(secrets.token_hex(32))')"
    fi
    put /etc/smartdrive/smartdrive.env 640 root:smartdrive <<<"$text"
}

certificate() {
    [ -z "$behind" ] || return 0
    local tls=/etc/smartdrive/tls
    folder $tls 750 root:smartdrive
    if [ -n "$certificate" ]; then
        put $tls/certificate.pem 644 root:smartdrive <"$certificate"
        put $tls/key.pem 640 root:smartdrive <"$key"
    elif [ ! -e "$root$tls/key.pem" ]; then
        # nginx needs one to show the authority what it asks for; it is replaced as soon as that has signed ours.
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$domain" \
            -keyout "$work/key" -out "$work/crt" 2>/dev/null
        put $tls/certificate.pem 644 root:smartdrive <"$work/crt"
        put $tls/key.pem 640 root:smartdrive <"$work/key"
    fi
}

# Each line of standard input with a network, once for each of ours.
proxies() {
    local line each
    while IFS= read -r line; do
        case $line in
            *192.0.2.0/24*) for each in ${behind//,/ }; do printf '%s\n' "${line//192.0.2.0\/24/$each}"; done ;;
            *) printf '%s\n' "$line" ;;
        esac
    done
}

nginx_files() {
    local from=$root/opt/smartdrive/releases/$version/deploy/nginx to=/etc/smartdrive/nginx six='' plain=http each
    [ -e /proc/net/if_inet6 ] || six='/\[::\]/d'
    [ -n "$behind" ] || plain=https
    # Not `… | put`: what a pipe's end notes as changed is forgotten with it.
    put $to/listen.conf 644 root:root < <(sed -e "$six" "$from/listen-$plain.conf")
    [ -e "$root$to/watch.conf" ] || put $to/watch.conf 644 root:root <"$from/watch.conf"
    for each in modules-brotli http-brotli; do
        if [ -e "$root/usr/lib/nginx/modules/ngx_http_brotli_static_module.so" ]; then
            put $to/$each.conf 644 root:root <"$from/$each.conf"
        else
            rm -f "$root$to/$each.conf"
        fi
    done
    if [ -n "$behind" ]; then
        rm -f "$root$to/http-redirect.conf"
        put $to/http-proxies.conf 644 root:root < <(proxies <"$from/http-behind.conf")
    else
        put $to/http-redirect.conf 644 root:root < <(
            sed -e "$six" -e "s/drive\.example/$domain/" "$from/http-redirect.conf"
        )
        put $to/http-proxies.conf 644 root:root <"$from/http-proxies.conf"
    fi
}

by_certbot() {
    [ -n "$email" ] && running || return 0
    [ ! -e "$root/etc/letsencrypt/live/$domain" ] || return 0
    certbot certonly --non-interactive --agree-tos --email "$email" --webroot --webroot-path /var/lib/smartdrive-acme \
        --domain "$domain" --deploy-hook /opt/smartdrive/current/deploy/renewed.sh
    changed+=("certificate of $domain")
}

main() {
    arguments "$@"
    look_at_arguments
    if [ -n "$rollback" ]; then
        version=$(at previous)
        [ -n "$version" ] || fail "there is no release before this one"
        switch "$version"
        say "Smart Drive $version serves again."
        return
    fi
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    packages
    folders
    unpack
    environment
    settings
    certificate
    nginx_files
    units
    [ "$version" = "$(at current)" ] || changed+=(current)
    if [ ${#changed[@]} -gt 0 ]; then switch "$version"; fi
    by_certbot
    older_releases
    if [ ${#changed[@]} -eq 0 ]; then say "Smart Drive $version is there already: nothing was changed."; return; fi
    say "Smart Drive $version is installed. Changed: ${changed[*]}"
    running && return
    say "No systemd runs here, so nothing was started. These lines start it, as the user smartdrive:"
    sed -n 's/^ExecStart=//p' "$root"/etc/systemd/system/smartdrive-{web,nginx}.service
}

main "$@"
