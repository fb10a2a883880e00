"""The installer in a bare Debian, as docs/deploy-server.md says it: `python -m tests.bare.first_install ROOT` as root.

ROOT is a folder in which debootstrap puts a Debian first, unless there is one; all is done in a copy (machine.py).
Prints how long the commands took, and what somebody who believes the certificate alone then met with by https.
"""

import json
import re
import shutil
import socket
import ssl
import sys
import time
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from http.client import OK, HTTPConnection, HTTPResponse
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.service import until
from tests.aws.outside import Proxy, served
from tests.bare.machine import PROXY, Machine, alone, asked_for, machine
from tests.deploy.authority import NAME, Authority, long_key
from tests.deploy.releases import Release, Source
from tests.deploy.serving import URL, blocks

FILES = ("smartdrive.tar.gz", "smartdrive.tar.gz.sha256", "certificate.pem", "key.pem")
ENTRY = {"email": "ada@example.org", "password": "seven paper boats"}


class Visitor:
    """Somebody in the machine's network."""

    def __init__(self, authority: Path) -> None:
        self.context = ssl.create_default_context(cafile=str(authority))

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HTTPResponse:
        line = HTTPConnection(NAME)
        line.sock = self.context.wrap_socket(socket.create_connection(("127.0.0.1", 443), 60), server_hostname=NAME)
        line.request(method, path, body, {**(headers or {}), "Connection": "close"})
        return line.getresponse()

    def is_answered(self) -> bool:
        try:
            return self.ask("GET", "/status").status == OK
        except OSError:
            return False

    def met(self) -> Iterator[tuple[str, object]]:
        """What a first visit is like: from http to https, a form, a file up and down."""
        line = HTTPConnection("127.0.0.1", timeout=60)
        line.request("GET", "/login", headers={"Host": NAME})
        told = line.getresponse()
        yield "http", [told.status, told.headers["Location"]]
        page = self.ask("GET", "/register")
        yield "hsts", "max-age" in page.headers["Strict-Transport-Security"]
        visitor, text = page.headers["Set-Cookie"], page.read().decode()
        token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', text)[0]
        cookies = self.register(visitor.split(";")[0], token)
        yield "cookies", sorted(each.split("=")[0] for each in [visitor, *cookies] if not each.startswith("theme="))
        kind = {"Content-Type": "application/json"}
        login = json.load(self.ask("POST", "/api/auth/login", kind, json.dumps(ENTRY).encode()))
        mine = {"Authorization": f"Bearer {login['access_token']}"}
        file = json.load(self.ask("POST", "/api/files?filename=a.txt", mine, b"paper"))["file"]
        address = self.ask("GET", f"/api/files/{file['id']}/download", mine).headers["Location"]
        yield "file", self.ask("GET", address.removeprefix(URL)).read().decode()

    def register(self, visitor: str, token: str) -> list[str]:
        """The cookies of somebody who has filled the form in."""
        kind = "application/x-www-form-urlencoded"
        form = urllib.parse.urlencode({"csrf_token": token, **ENTRY}).encode()
        headers = {"Cookie": visitor, "Content-Type": kind, "Origin": URL, "Referer": f"{URL}/register"}
        return self.ask("POST", "/register", headers, form).headers.get_all("Set-Cookie") or []


def publish(release: Release, here: Path) -> None:
    """As an operator has fetched it, beside the certificate."""
    shutil.copy(release.archive, here / FILES[0])
    (here / FILES[1]).write_text(f"{release.digest}  {FILES[0]}\n", "ascii")
    Authority().issue(here, long_key())


def install(made: Machine) -> int:
    return made.run("/bin/bash", "-e", "-c", f"cd /srv\n{blocks()[0]}")


def inside(bare: Path, here: Path) -> int:
    """In namespaces of its own: the commands, a visit, and the commands again."""
    with machine(bare, here, {PROXY: "proxy"}, {}) as made:
        for name in FILES:
            shutil.copy(here / name, made.root / "srv")
        began = time.monotonic()
        status = install(made)
        print(f"installer ended with status {status} after {time.monotonic() - began:.0f} s", flush=True)
        if status:
            return status
        visitor = Visitor(here / "authority.pem")
        until(visitor.is_answered)
        print("met:", json.dumps(dict(visitor.met())), flush=True)
        return install(made)


def main(words: Sequence[str]) -> int:
    """Do it; 0 when the commands ended well, both times."""
    root, shared = asked_for("tests.bare.first_install", words, about=__doc__)
    if shared:
        return inside(root, shared)
    with TemporaryDirectory() as folder:
        here = Path(folder)
        publish(Source(here / "source").release(), here)
        with served(here / "proxy", Proxy):
            return alone("tests.bare.first_install", root, "--here", here)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
