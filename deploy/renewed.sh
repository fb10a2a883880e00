#!/bin/sh
# What certbot does with a certificate that was signed or renewed: nginx, which is not root, gets a copy it may read.
set -e
install -o root -g smartdrive -m 640 "$RENEWED_LINEAGE/privkey.pem" /etc/smartdrive/tls/key.pem
install -o root -g smartdrive -m 644 "$RENEWED_LINEAGE/fullchain.pem" /etc/smartdrive/tls/certificate.pem
systemctl reload smartdrive-nginx.service
