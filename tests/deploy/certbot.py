"""A stand-in for certbot and the authority behind it, on an island."""

from tests.deploy.authority import NAME
from tests.deploy.serving import Server

LINEAGE = f"/etc/letsencrypt/live/{NAME}"
KNOWN = f"/etc/letsencrypt/renewal/{NAME}.conf"
HOOK = "/opt/smartdrive/current/deploy/renewed.sh"
SAID = (
    "certonly --non-interactive --agree-tos --email ops@drive.test --webroot --webroot-path /var/lib/smartdrive-acme"
    f" --cert-name {NAME} --domain {NAME} %s --deploy-hook {HOOK}"
)
CERTBOT = f"""#!/bin/bash
set -e
printf '%s\\n' "$*" >>/srv/certbot.said
[[ "$*" != *--keep-until-expiring* || ! -d {LINEAGE} ]] || exit 0
mkdir -p /var/lib/smartdrive-acme/.well-known/acme-challenge {LINEAGE} {KNOWN.rpartition("/")[0]}
echo token.thumbprint >/var/lib/smartdrive-acme/.well-known/acme-challenge/token
[ "$(curl -fsS http://{NAME}/.well-known/acme-challenge/token)" = token.thumbprint ]
rm /var/lib/smartdrive-acme/.well-known/acme-challenge/token
cp /srv/signed/certificate.pem {LINEAGE}/fullchain.pem
cp /srv/signed/key.pem {LINEAGE}/privkey.pem
[ "$1" != certonly ] || echo "renew_hook = ${{*: -1}}" >{KNOWN}
RENEWED_LINEAGE={LINEAGE} $(sed -n 's/^renew_hook = //p' {KNOWN})
"""
"""Keeps what is there as long as it is to; else asks nginx for the challenge as an authority would, notes the hook it
is given as certbot does, and ends with it."""


class Certbot:
    def __init__(self, server: Server) -> None:
        self.server = server
        program = server.here.root / "usr/bin/certbot"
        program.write_text(CERTBOT, "ascii")
        program.chmod(0o755)
        server.here.ok("rm", "-rf", "/etc/letsencrypt", "/srv/certbot.said")

    def said(self) -> list[str]:
        """What it was asked, each time."""
        return (self.server.here.root / "srv/certbot.said").read_text("ascii").splitlines()

    def known(self, text: str) -> None:
        """As if that had been its file about the certificate of this name."""
        (self.server.here.root / KNOWN[1:]).write_text(text, "ascii")
