"""The whole drive as people run it (`python -m smartdrive.run`), and a small client for its API."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "correct horse battery 9"
START_SECONDS = 180


@dataclass(frozen=True)
class Answer:
    """Status, headers and body of one answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON; None when there is none."""
        return json.loads(self.body) if self.body else None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@dataclass
class Client:
    """A program that talks to one drive, signed in or not."""

    base: str
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)

    def send(
        self, method: str, path: str, *, data: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request; no error status raises, no redirect is followed."""
        url = path if path.startswith("http") else self.base + path
        request = urllib.request.Request(url, data=data, method=method)
        own = {"Authorization": f"Bearer {self.token}"} if self.token and url.startswith(self.base + "/api") else {}
        for name, value in {**own, **self.headers, **(headers or {})}.items():
            request.add_header(name, value)
        try:
            with self._opener.open(request, timeout=120) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read())

    def call(self, method: str, path: str, body: object = None) -> Answer:
        """One request with a JSON body."""
        data = None if body is None else json.dumps(body).encode()
        return self.send(method, path, data=data, headers={"Content-Type": "application/json"} if data else {})

    def ok(self, method: str, path: str, body: object = None) -> Any:
        """As `call`, for what must succeed."""
        answer = self.call(method, path, body)
        assert answer.status < 300, (method, path, answer.status, answer.body[:500])
        return answer.json

    def register(self, name: str) -> "Client":
        """A client of a new account."""
        email = f"{name}@example.com"
        self.ok("POST", "/api/auth/register", {"email": email, "password": PASSWORD, "name": name.title()})
        return self.login(email)

    def login(self, email: str, password: str = PASSWORD) -> "Client":
        """A client with a session of its own."""
        found = self.ok("POST", "/api/auth/login", {"email": email, "password": password})
        return Client(self.base, found["access_token"])

    def upload(self, name: str, data: bytes, **more: object) -> Any:
        """The whole contract for one file: begin, sign, PUT each part, complete."""
        wanted = {"name": name, "size": len(data), "parent": "root", **more}
        begun = self.ok("POST", "/api/uploads", wanted)
        if "file" in begun:
            return begun["file"]
        self.put_parts(begun["id"], begun["part_size"], data)
        return self.ok("POST", f"/api/uploads/{begun['id']}/complete")["file"]

    def put_parts(self, upload_id: str, part_size: int, data: bytes) -> None:
        """Send all parts, signed in batches."""
        count = max(1, -(-len(data) // part_size))
        for start in range(1, count + 1, 64):
            numbers = list(range(start, min(start + 64, count + 1)))
            urls = self.ok("POST", f"/api/uploads/{upload_id}/sign", {"parts": numbers})["urls"]
            for number in numbers:
                part = data[(number - 1) * part_size : number * part_size]
                signed = urls[str(number)]
                answer = self.send("PUT", signed["url"], data=part, headers=signed["headers"])
                assert answer.status == 200, (answer.status, answer.body[:300])

    def download(self, file_id: str) -> bytes:
        """The bytes of a file, by its signed address."""
        found = self.send("GET", f"/api/files/{file_id}/download")
        assert found.status == 302, (found.status, found.body[:300])
        answer = Client(self.base).send("GET", found.headers["Location"])
        assert answer.status == 200, (answer.status, answer.body[:300])
        return answer.body

    def items(self, folder: str = "root", **query: str) -> list[Any]:
        """All of a folder, page by page."""
        found: list[Any] = []
        after = ""
        while True:
            asked = {"limit": "200", **query} | ({"after": after} if after else {})
            page = self.ok("GET", f"/api/folders/{quote(folder)}?{urlencode(asked)}")
            found += page["items"]
            after = page["next"]
            if not after:
                return found

    def used(self) -> int:
        """Bytes taken of my room."""
        return int(self.ok("GET", "/api/me/usage")["used"])


@dataclass
class Live:
    """A running drive: its address, its folder, its parent process."""

    url: str
    data: Path
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def client(self) -> Client:
        """A stranger's client."""
        return Client(self.url)

    @property
    def port(self) -> int:
        """The port it listens at."""
        return urlsplit(self.url).port or 80

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(120)


@contextmanager
def _kept(port: int) -> Iterator[None]:
    """Nobody who takes any free port is given this one before the drive that had it listens there again."""
    with socket.socket() as place:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):  # a process of the drive that was may listen there still: then it is kept as well
            place.bind(("127.0.0.1", port))
        yield


def start(data: Path, *, port: int = 0, **settings: str) -> Live:
    """Start a drive on the folder; returns when it answers. `settings` are names without their prefix."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SMARTDRIVE_")}
    environment |= {f"SMARTDRIVE_{name.upper()}": value for name, value in settings.items()}
    data.mkdir(parents=True, exist_ok=True)
    log = data.parent / f"{data.name}.log"
    with log.open("ab") as out:
        offset = log.stat().st_size
        words = [sys.executable, "-m", "smartdrive.run", "--port", str(port), "--data", str(data)]
        process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + START_SECONDS
    with _kept(port):
        while time.monotonic() < deadline:
            text = log.read_bytes()[offset:].decode()
            if found := re.search(r"Smart Drive is at (http\S+)", text):
                return Live(found[1], data, process, log)
            if process.poll() is not None:
                break
            time.sleep(0.05)
    process.kill()
    raise AssertionError(f"the drive did not start: {log.read_text()[-3000:]}")


@contextmanager
def running(data: Path, **settings: str) -> Iterator[Live]:
    """A drive for the length of a test."""
    live = start(data, port=0, **settings)
    try:
        yield live
    finally:
        if live.process.poll() is None:
            live.stop()
