"""The metadata service of an instance on loopback: version 2 of it, and its role's credentials, which are replaced."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.in_thread import in_thread

FACTS = {"/latest/meta-data/instance-id": "i-0123456789abcdef0", "/latest/meta-data/public-ipv4": "127.0.0.1"}
ROLE = "/latest/meta-data/iam/security-credentials/"
TOKEN = "of this session"


@dataclass(frozen=True)
class Session:
    """What a role acts with for a while."""

    key: str
    secret: str
    token: str
    ends: datetime


def _nobodys() -> Session:
    """Credentials that no engine knows, to sign with for five hours."""
    return Session("ASIA0", "secret", "session", datetime.now(UTC).replace(microsecond=0) + timedelta(hours=5))


class Instance(ThreadingHTTPServer):
    """Hands out what `make` made last; what has less than `early` left is replaced first, as AWS does."""

    daemon_threads = True
    make: Callable[[], Session] = staticmethod(_nobodys)
    early = timedelta(minutes=5)
    silent = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.made: list[Session] = []
        self.asked = 0
        self._turn = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def credentials(self) -> dict[str, str]:
        with self._turn:
            self.asked += 1
            if not self.made or self.made[-1].ends - datetime.now(UTC) < self.early:
                self.made.append(self.make())
        now = self.made[-1]
        return {
            "Code": "Success",
            "Type": "AWS-HMAC",
            "AccessKeyId": now.key,
            "SecretAccessKey": now.secret,
            "Token": now.token,
            "Expiration": now.ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    @contextmanager
    def running(self) -> Iterator["Instance"]:
        with in_thread(self):
            yield self


class _Answers(BaseHTTPRequestHandler):
    server: Instance

    def do_PUT(self) -> None:
        self._say(TOKEN if self.path == "/latest/api/token" else "", 200)

    def do_GET(self) -> None:
        if self.headers.get("X-aws-ec2-metadata-token") != TOKEN:
            self._say("", 401)
        elif self.server.silent:
            self._say("", 503)
        elif self.path in FACTS:
            self._say(FACTS[self.path], 200)
        elif self.path == ROLE:
            self._say("drive", 200)
        else:
            self._say(json.dumps(self.server.credentials()), 200 if self.path == f"{ROLE}drive" else 404)

    def _say(self, text: str, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("X-aws-ec2-metadata-token-ttl-seconds", "21600")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass
