#!/bin/sh
# What certbot does with a certificate that was signed or renewed: nginx, which is not root, gets a copy it may read.
# Other certificates of this machine are none of its business, nor is certbot's when the operator has put one there.
set -e
tls=/etc/smartdrive/tls
host=$(sed -n 's|^SMARTDRIVE_PUBLIC_URL=https://||p' /etc/smartdrive/smartdrive.env)
[ -e $tls/by-certbot ] && [ "${RENEWED_LINEAGE##*/}" = "$host" ] || exit 0
install -o root -g smartdrive -m 640 "$RENEWED_LINEAGE/privkey.pem" $tls/key.pem
install -o root -g smartdrive -m 644 "$RENEWED_LINEAGE/fullchain.pem" $tls/certificate.pem
systemctl reload smartdrive-nginx.service
