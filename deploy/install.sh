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
{
    . "$(dirname "$0")/machine.sh"
    . "$(dirname "$0")/putting.sh"
    . "$(dirname "$0")/certificates.sh"
    . "$(dirname "$0")/switching.sh"
}

release='' digest='' domain='' certificate='' key='' email='' behind='' root='' rollback=''
engine=''
given=()
changed=()
work='' aside='' undo=''

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
            drop "$to/$each.conf"
        fi
    done
    if [ -n "$behind" ]; then
        drop $to/http-redirect.conf
        put $to/http-proxies.conf 644 root:root < <(proxies <"$from/http-behind.conf")
    else
        put $to/http-redirect.conf 644 root:root < <(
            sed -e "$six" -e "s/drive\.example/$domain/" "$from/http-redirect.conf"
        )
        put $to/http-proxies.conf 644 root:root <"$from/http-proxies.conf"
    fi
}

# The release before, with what it has for this name and these proxies.
the_one_before() {
    local proxies=$root/etc/smartdrive/nginx/http-proxies.conf
    version=$(at previous)
    [ -n "$version" ] || fail "there is no release before this one"
    domain=$(host)
    behind=$(sed -n 's/^set_real_ip_from \(.*\);$/\1/p' "$proxies" | paste -sd,)
}

prepare() {
    if [ -n "$rollback" ]; then
        the_one_before
        environment
        return
    fi
    packages
    belong_together || fail "--certificate and --key do not belong together: nothing was done"
    folders
    unpack
    environment
}

main() {
    arguments "$@"
    look_at_arguments
    aside=$root/opt/smartdrive/before
    work=$(mktemp -d)
    trap ending EXIT
    prepare
    [ ! -d "$aside" ] || changed+=("what was begun before")
    if [ -z "$rollback" ]; then settings; certificate; fi
    nginx_files
    units
    left_over
    [ "$version" = "$(at current)" ] || changed+=(current)
    [ -z "$(at current)" ] || served || changed+=(services)
    if [ ${#changed[@]} -eq 0 ]; then :
    elif running && only_for_nginx; then switch_nginx
    else switch "$version"; fi
    by_certbot
    older_releases
    tell
}

tell() {
    if [ -n "$rollback" ]; then say "Smart Drive $version serves again."; return; fi
    if [ ${#changed[@]} -eq 0 ]; then say "Smart Drive $version is there already: nothing was changed."; return; fi
    say "Smart Drive $version is installed. Changed: ${changed[*]}"
    running && return
    say "No systemd runs here, so nothing was started. These lines start it, as the user smartdrive:"
    sed -n 's/^ExecStart=//p' "$root"/etc/systemd/system/smartdrive-{web,nginx}.service
}

main "$@"
