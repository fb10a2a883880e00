"""A server as an operator makes it, on an island: the commands of docs/deploy-server.md, and whoever comes to it."""

import http.client
import json
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.service import until
from benchmarks.shipped import PROJECT
from tests.deploy.authority import NAME, Authority, long_key, short_key
from tests.deploy.island import Island, island
from tests.deploy.older import Older, an_older_drive
from tests.deploy.releases import Release, environment

URL = f"https://{NAME}"
OWN = "--certificate certificate.pem --key key.pem"


def blocks() -> list[str]:
    """What docs/deploy-server.md says to type, in its order."""
    text = (PROJECT / "docs" / "deploy-server.md").read_text("utf-8")
    return [each.split("```")[0] for each in text.split("```sh\n")[1:]]


@dataclass
class Server:
    """An island with a drive, and whoever comes to it."""

    here: Island
    folder: Path
    first: Release
    authority: Authority
    older: Older | None

    @property
    def tls(self) -> Path:
        return self.folder / "tls"

    def publish(self, release: Release) -> None:
        """As an operator has fetched it, beside the certificate."""
        place = self.here.root / "srv"
        shutil.copy(release.archive, place / "smartdrive.tar.gz")
        (place / "smartdrive.tar.gz.sha256").write_text(f"{release.digest}  smartdrive.tar.gz\n", "ascii")

    def type(self, commands: str) -> "subprocess.CompletedProcess[str]":
        return self.here.run("bash", "-e", "-c", f"cd /srv\n{commands}")

    def install(self, release: Release, certificate: str = OWN, more: str = "") -> "subprocess.CompletedProcess[str]":
        """With that certificate instead of the document's, and more options."""
        self.publish(release)
        return self.type(blocks()[0].rstrip().replace(OWN, certificate) + f" {more}\n")

    def open(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> http.client.HTTPResponse:
        """Over https, the certificate checked, under the name that people use; the body is still to be read."""
        connection = http.client.HTTPConnection(NAME)
        connection.sock = self.line()
        connection.request(method, path, body, {**(headers or {}), "Connection": "close"})
        return connection.getresponse()

    def line(self) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=str(self.tls / "authority.pem"))
        return context.wrap_socket(self.here.connect(443), server_hostname=NAME)

    def ask(self, method: str, path: str, wanted: object = None) -> tuple[int, bytes]:
        """With a JSON body."""
        body = json.dumps(wanted).encode() if wanted else None
        with self.open(method, path, {"Content-Type": "application/json"} if body else {}, body) as answer:
            return answer.status, answer.read()

    def answers(self) -> bool:
        try:
            return self.ask("GET", "/status")[0] == http.client.OK
        except OSError:
            return False

    def shown(self) -> str:
        """The number of the certificate that is shown to who comes now; nothing of one that nobody has signed."""
        try:
            with self.line() as line:
                return str((line.getpeercert() or {})["serialNumber"])
        except ssl.SSLCertVerificationError:
            return ""

    def sign(self) -> str:
        """A new certificate for certbot to come back with, with the kind of key that certbot makes; its number."""
        folder = self.here.root / "srv/signed"
        self.authority.issue(folder, short_key())
        decoded = self.here.ok("openssl", "x509", "-in", "/srv/signed/certificate.pem", "-noout", "-serial")
        return decoded.strip().removeprefix("serial=")

    def version(self) -> str:
        return (self.here.root / "opt/smartdrive/current").readlink().name

    def files(self) -> list[str]:
        """What stands beside the releases: each file with mode, owner and bytes."""
        places = "/etc/smartdrive /etc/systemd/system /etc/tmpfiles.d /etc/logrotate.d /usr/local/bin/smartdrive"
        look = f"""find {places} ! -type d -printf '%p %m %u %g %l\\n' | sort
            find {places} -type f -print0 | xargs -0 sha256sum | sort"""
        return self.here.ok("bash", "-c", look).splitlines()

    def web(self) -> str:
        """The process of the web server."""
        return self.here.ok("pgrep", "-of", "wsgi:app")

    def everything(self) -> list[str]:
        """Each installed file with mode, owner, time and bytes, and every process."""
        found = "find /opt/smartdrive/releases /opt/smartdrive/current /opt/smartdrive/previous /etc /usr/local/bin"
        look = f"""{found} -printf '%p %m %u %g %T@ %l\\n' | sort
            {found} -type f -print0 | xargs -0 sha256sum | sort
            grep -s ^Name: /proc/[0-9]*/status | grep -e nginx -e python"""
        return self.here.ok("bash", "-c", look).splitlines()


@contextmanager
def made(folder: Path, first: Release) -> Iterator[Server]:
    """By the document's own commands, on what an older program had written."""
    with island(folder, f"{sys.prefix}=/opt/smartdrive/environments/{environment()}") as here:
        here.ok("systemctl", "disable", "--now", "nginx")
        older = an_older_drive(folder / "older", here.root / "var/lib/smartdrive")
        server = Server(here, folder, first, Authority(), older)
        server.authority.issue(server.tls, long_key())
        for file in ("certificate.pem", "key.pem"):
            shutil.copy(server.tls / file, here.root / "srv" / file)
        with (here.root / "etc/ssl/certs/ca-certificates.crt").open("ab") as trusted:
            trusted.write((server.tls / "authority.pem").read_bytes())
        (here.root / "etc/hosts").write_text(f"127.0.0.1 localhost {NAME}\n", "ascii")
        done = server.install(first)
        assert done.returncode == 0, done.stderr
        until(server.answers)
        yield server


@contextmanager
def asking(server: Server, found: set[int]) -> Iterator[None]:
    """Somebody asks without pause meanwhile, each time by a new connection."""
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                found.add(server.ask("GET", "/status")[0])
            except OSError as failed:
                found.add(failed.errno or 1)

    caller = threading.Thread(target=ask)
    caller.start()
    try:
        yield
    finally:
        stop.set()
        caller.join()
