# shellcheck shell=bash disable=SC2154
# Read in by install.sh: whose certificate it is, and how it comes to where nginx reads it.

# Whether the files given belong together. A key with a password is none that nginx could read.
belong_together() {
    [ -n "$certificate" ] || return 0
    local of_certificate of_key
    of_certificate=$(openssl x509 -in "$certificate" -noout -pubkey 2>/dev/null) || return 1
    of_key=$(openssl pkey -in "$key" -passin pass: -pubout 2>/dev/null) || return 1
    [ "$of_certificate" = "$of_key" ]
}

certificate() {
    local tls=/etc/smartdrive/tls
    # What renewed.sh asks for: without it, what certbot renews on this machine is not for us.
    if [ -z "$email" ]; then drop $tls/by-certbot; fi
    [ -z "$behind" ] || return 0
    folder $tls 750 root:smartdrive
    if [ -n "$certificate" ]; then
        put $tls/certificate.pem 644 root:smartdrive <"$certificate"
        put $tls/key.pem 640 root:smartdrive <"$key"
        return
    fi
    put $tls/by-certbot 644 root:root <<<"$email"
    [ ! -e "$root$tls/key.pem" ] || return 0
    # nginx needs one to show the authority what it asks for; it is replaced as soon as that has signed ours.
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$domain" \
        -keyout "$work/key" -out "$work/crt" 2>/dev/null
    put $tls/certificate.pem 644 root:smartdrive <"$work/crt"
    put $tls/key.pem 640 root:smartdrive <"$work/key"
}

# certbot keeps what it has until that is due. So it is asked each time, and what it has is taken over each time.
by_certbot() {
    [ -n "$email" ] && running || return 0
    local shown=/etc/smartdrive/tls/certificate.pem lineage=/etc/letsencrypt/live/$domain before
    local hook=/opt/smartdrive/current/deploy/renewed.sh known=/etc/letsencrypt/renewal/$domain.conf
    local when=--keep-until-expiring
    # Whoever had that name signed before has it renewed in a way of their own, and we would not hear of it.
    if [ -e "$known" ] && ! grep -qF "$hook" "$known"; then when=--force-renewal; fi
    before=$(sha256sum <$shown)
    certbot certonly --non-interactive --agree-tos --email "$email" --webroot --webroot-path /var/lib/smartdrive-acme \
        --cert-name "$domain" --domain "$domain" $when --deploy-hook $hook
    cmp -s "$lineage/fullchain.pem" $shown || RENEWED_LINEAGE=$lineage $hook
    [ "$(sha256sum <$shown)" = "$before" ] || changed+=("certificate of $domain")
}
