"""What people meet first: the public address, its certificate, the nginx before the drive; asked as anybody would."""

import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import urlsplit

from smartdrive.domain.checks import Check
from smartdrive.domain.clock import Clock, Ids
from smartdrive.ports.objects import Delivery, Objects
from smartdrive.ports.table import OutOfRoom, Unavailable
from smartdrive.services.doctor_asking import PATIENCE, ask
from smartdrive.settings import Settings

LEAST_DAYS = 14
"""Days a certificate is to be good for still: Let's Encrypt's are renewed when 30 are left."""
LEAST_NGINX = (1, 18)
SAMPLE = b"Smart Drive looks whether its own address leads here."
START = "systemctl status smartdrive-web smartdrive-nginx"
CANNOT = (OSError, http.client.HTTPException, Unavailable, OutOfRoom, ValueError)


@dataclass(frozen=True, slots=True)
class Front:
    """Examines the public address. `trust` says whose certificates count."""

    settings: Settings
    objects: Objects
    clock: Clock
    ids: Ids
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def examine(self) -> Iterator[Check]:
        """Yield every check as it is done; none for a drive that only its own machine can reach."""
        if not self.settings.https and not self.settings.behind_nginx:
            return
        if self.settings.https:
            tls = self._guarded("tls", self._tls)
            yield tls
            if not tls.well and tls.sentence.startswith("Browsers refuse"):
                return
        public = self._guarded("public", self._public)
        yield public
        if self.settings.behind_nginx and public.well:
            yield self._guarded("nginx", self._nginx)
        if public.well:
            yield self._guarded("watch", self._watch)
        if self.settings.engine == "embedded" and public.well:
            yield self._guarded("bytes", self._bytes)

    def _tls(self) -> Check:
        """What a browser asks of the certificate, how long it lasts, and that nothing older than TLS 1.2 is spoken."""
        try:
            with self._line(self.trust) as line:
                ends = (line.getpeercert() or {}).get("notAfter")
        except ssl.SSLCertVerificationError as error:
            why = f"Browsers refuse the certificate of {self._host}: {error.verify_message}."
            return Check("tls", why, "Put the right one in by install.sh --certificate and --key, or look at certbot.")
        left = int((ssl.cert_time_to_seconds(str(ends)) - self.clock().timestamp()) // 86400)
        if left < LEAST_DAYS:
            sentence = f"The certificate of {self._host} is good for {left} more days."
            return Check("tls", sentence, "Run certbot renew, or install.sh again with a new --certificate and --key.")
        if self._speaks_old():
            fix = "Take ssl_protocols of the shipped listen-https.conf, or a newer policy of the load balancer."
            return Check("tls", "The server speaks TLS 1.0 or 1.1, which can be broken.", fix)
        return Check("tls", f"The certificate of {self._host} is good for {left} days; TLS begins at 1.2.")

    def _public(self) -> Check:
        answer = ask("GET", f"{self.settings.public_url}/status", context=self.trust)
        if answer.status == 200 and _is_alive(answer.body):
            return Check("public", f"A drive answers at {self.settings.public_url}.")
        return Check(
            "public",
            f"{self.settings.public_url}/status is answered with {answer.status}, not as a drive does.",
            f"Let that name lead to this drive; see whether it runs: {START}.",
        )

    def _nginx(self) -> Check:
        """nginx and not gunicorn itself, nor another program that knows nothing of body files and inner addresses."""
        server = ask("GET", f"{self.settings.public_url}/status", context=self.trust).headers.get("server", "nobody")
        if not server.startswith("nginx"):
            fix = f"Start nginx with the shipped nginx.conf ({START}), or take SMARTDRIVE_BEHIND_NGINX away."
            return Check("nginx", f"The public address is answered by {server}, not by the shipped nginx.", fix)
        found = _nginx_version()
        if found and found < LEAST_NGINX:
            return Check("nginx", f"nginx is of version {_dotted(found)}.", "Upgrade it to 1.18 or newer.")
        return Check("nginx", f"nginx {_dotted(found)} stands in front." if found else "nginx stands in front.")

    def _watch(self) -> Check:
        """What is for this machine alone must not be told to the world."""
        told = [
            path
            for path in ("/metrics", "/status/ready")
            if ask("GET", self.settings.public_url + path, context=self.trust).status != 404
        ]
        if told:
            fix = "Take the shipped nginx.conf, or name the proxy before the drive in SMARTDRIVE_TRUSTED_PROXIES."
            return Check("watch", f"The public address tells {' and '.join(told)}.", fix)
        return Check("watch", "What watches over the drive is told to this machine alone.")

    def _bytes(self) -> Check:
        """A file of this very drive by its public address: another drive would not know it, nor hand it over."""
        key = "o" + self.ids()
        try:
            stat = self.objects.put(key, BytesIO(SAMPLE), size=len(SAMPLE))
            delivery = Delivery("probe", "text/plain")
            url = self.objects.sign_get(key, delivery, version=stat.version, expires_in=60)
            answer = ask("GET", url, context=self.trust)
        finally:
            self.objects.delete(key)
        if answer.status == 200 and answer.body == SAMPLE:
            return Check("bytes", "A file of this drive comes whole by the public address.")
        sentence = f"A file of this drive is answered with {answer.status} at the public address."
        return Check("bytes", sentence, f"Is it another drive, or does nginx look into another data folder? {START}")

    def _guarded(self, name: str, look: Callable[[], Check]) -> Check:
        """An address that does not answer is a finding, not an end."""
        try:
            return look()
        except CANNOT as error:
            sentence = f"{self.settings.public_url} cannot be asked from here: {error}."
            fix = f"Look at the name, at firewalls (also for a machine that calls itself), and at {START}."
            return Check(name, sentence, fix)

    def _speaks_old(self) -> bool:
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # it is there to be refused
                old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
            old.set_ciphers("ALL:@SECLEVEL=0")
            with self._line(old):
                return True
        except (ssl.SSLError, ConnectionError):
            return False

    def _line(self, context: ssl.SSLContext) -> ssl.SSLSocket:
        bare = socket.create_connection((self._host, urlsplit(self.settings.public_url).port or 443), timeout=PATIENCE)
        try:
            return context.wrap_socket(bare, server_hostname=self._host)
        except BaseException:
            bare.close()
            raise

    @property
    def _host(self) -> str:
        return urlsplit(self.settings.public_url).hostname or ""


def _is_alive(body: bytes) -> bool:
    try:
        return bool(json.loads(body) == {"status": "alive"})
    except ValueError:
        return False


def _nginx_version() -> tuple[int, ...]:
    """That of this machine, () where none is installed."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if program is None:
        return ()
    said = subprocess.run([program, "-v"], capture_output=True, text=True, check=False, timeout=PATIENCE).stderr
    found = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, found.groups())) if found else ()


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
