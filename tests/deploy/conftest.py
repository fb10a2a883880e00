"""The shipped nginx.conf, really running: before an echo, and before Smart Drive itself."""

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.shipped import Shipped, shipped
from tests.deploy.asking import Answer, ask
from tests.deploy.releases import Release, Source

ECHO = "tests.deploy.echo:app"


@pytest.fixture(scope="session")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shipped]:
    with shipped(tmp_path_factory.mktemp("echo"), application=ECHO) as stack:
        yield stack


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shipped]:
    with shipped(tmp_path_factory.mktemp("site")) as stack:
        yield stack


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return Source(tmp_path_factory.mktemp("source") / "repository")


@pytest.fixture(scope="session")
def first(source: Source) -> Release:
    """As this working tree is: made before any test can change the source."""
    return source.release()


@dataclass(frozen=True)
class Person:
    """Somebody with an account, as a program."""

    port: int
    email: str
    password: str
    token: str

    def ask(self, method: str, path: str, wanted: dict[str, Any] | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"}
        body = None if wanted is None else json.dumps(wanted).encode()
        return ask(self.port, method, path, headers | ({"Content-Type": "application/json"} if body else {}), body)

    def begin(self, size: int, name: str = "") -> dict[str, Any]:
        """An upload of one part, with its signed address; names are new unless given."""
        wanted = {"name": name or f"{secrets.token_hex(8)}.bin", "size": size, "parent": "root"}
        answer = self.ask("POST", "/api/uploads", wanted)
        assert answer.status == 201, answer.body
        return answer.json()

    def complete(self, upload: dict[str, Any]) -> Answer:
        return self.ask("POST", f"/api/uploads/{upload['id']}/complete")

    def fetch(self, file_id: str) -> Answer:
        there = self.ask("GET", f"/api/files/{file_id}/download")
        assert there.status == 302, there.body
        return ask(self.port, "GET", there.headers["location"].removeprefix(f"http://127.0.0.1:{self.port}"))


@pytest.fixture(scope="session")
def alice(site: Shipped) -> Person:
    entry = {"email": "alice@example.org", "password": "seven paper boats"}
    port, kind = site.places.port, {"Content-Type": "application/json"}
    assert ask(port, "POST", "/api/auth/register", kind, json.dumps(entry).encode()).status == 201
    answer = ask(port, "POST", "/api/auth/login", kind, json.dumps(entry).encode())
    return Person(port, **entry, token=answer.json()["access_token"])


def bodies(stack: Shipped) -> list[Path]:
    """Files left in the folder of upload bodies; nginx removes a body a moment after its answer."""
    for _ in range(3000):
        found = [path for path in (stack.places.data / "bodies").rglob("*") if path.is_file()]
        if not found:
            break
        time.sleep(0.02)
    return found
