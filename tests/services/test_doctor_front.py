"""What the doctor says of a public address: its certificate, who answers there, and that it is this very drive."""

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from smartdrive.domain.checks import Check
from smartdrive.domain.clock import new_id
from smartdrive.services.doctor_front import Front
from smartdrive.services.doctor_instance import Instance
from tests.deploy.authority import Authority, short_key
from tests.in_thread import in_thread
from tests.services.drive import Drive, make_drive

NAME = "localhost"


@dataclass
class Server:
    """Answers as it is told to: by path, what status and body; nothing else is found."""

    port: int = 0
    name: str = "nginx"
    answers: dict[tuple[str, str], tuple[int, bytes]] = field(default_factory=dict)
    files: Callable[[str], bytes] | None = None
    needs_token: bool = True

    def answer(self, asked: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        if "/latest/meta-data/" in asked.path and self.needs_token and not asked.headers["X-aws-ec2-metadata-token"]:
            return 401, b""
        if self.files and asked.path.startswith("/objects/"):
            return 200, self.files(asked.path.removeprefix("/objects/"))
        return self.answers.get((asked.command, asked.path), (404, b""))


@contextmanager
def serving(server: Server, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = server.answer(self)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_PUT = do_GET  # noqa: N815 - as http.server wants it

        def version_string(self) -> str:
            return server.name

        def log_message(self, *_: object) -> None:
            """Nothing to say."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """Whoever is refused hangs up."""

    http = Quiet(("127.0.0.1", 0), Handler)
    if tls:
        http.socket = tls.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
    server.port = http.server_port
    with in_thread(http):
        yield server


@dataclass
class House:
    """A drive, the server before it, and a certificate that whoever comes trusts."""

    drive: Drive
    server: Server
    trust: ssl.SSLContext
    scheme: str = "https"

    def examine(self, **more: Any) -> dict[str, Check]:
        url = f"{self.scheme}://{NAME}:{self.server.port}"
        settings = self.drive.services.settings.model_copy(update={"public_url": url, "behind_nginx": True, **more})
        self.drive.objects._base_url = url  # type: ignore[attr-defined]
        front = Front(settings, self.drive.objects, lambda: datetime.now(UTC), new_id, self.trust)
        return {check.name: check for check in front.examine()}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    Authority().issue(folder, short_key(), name=NAME)
    return folder


def served(folder: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return made


@pytest.fixture
def house(tmp_path: Path, authority: Path) -> Iterator[House]:
    drive = make_drive(tmp_path / "data")

    def file(token: str) -> bytes:
        grant = drive.services.door.admit(token, "GET")  # type: ignore[union-attr]
        return b"".join(drive.objects.open(grant.key)) if grant else b""

    server = Server(files=file, answers={("GET", "/status"): (200, b'{"status":"alive"}')})
    with serving(server, served(authority)):
        yield House(drive, server, ssl.create_default_context(cafile=str(authority / "authority.pem")))


def test_a_drive_as_it_should_be(house: House) -> None:
    found = house.examine()
    assert [name for name, check in found.items() if not check.well] == []
    assert list(found) == ["tls", "public", "nginx", "watch", "bytes"]
    assert list(house.drive.objects.keys("")) == [], "nothing is left behind"


def test_a_certificate_that_nobody_signed(house: House) -> None:
    found = replace(house, trust=ssl.create_default_context()).examine()
    assert list(found) == ["tls"]
    assert "Browsers refuse the certificate of localhost" in found["tls"].sentence
    assert "--certificate" in found["tls"].fix


def test_a_certificate_for_another_name(tmp_path: Path, house: House) -> None:
    Authority().issue(tmp_path / "other", short_key(), name="other.example")
    with serving(Server(), served(tmp_path / "other")) as server:
        trust = ssl.create_default_context(cafile=str(tmp_path / "other" / "authority.pem"))
        found = House(house.drive, server, trust).examine()
    assert "mismatch" in found["tls"].sentence.lower()


def test_a_certificate_that_ends_soon(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartdrive.services.doctor_front.LEAST_DAYS", 31)
    assert "certbot renew" in house.examine()["tls"].fix


def test_a_server_that_speaks_old_tls(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Front, "_speaks_old", lambda _: True)
    assert "ssl_protocols" in house.examine()["tls"].fix


def test_another_server_at_the_address(house: House) -> None:
    house.server.answers[("GET", "/status")] = (200, b"welcome")
    found = house.examine()
    assert list(found) == ["tls", "public"]
    assert "not as a drive does" in found["public"].sentence


def test_another_drive_at_the_address(house: House) -> None:
    house.server.files = lambda _: b"somebody else's"
    found = house.examine()
    assert [name for name, check in found.items() if not check.well] == ["bytes"]


def test_gunicorn_where_nginx_should_stand(house: House) -> None:
    house.server.name = "gunicorn"
    assert "SMARTDRIVE_BEHIND_NGINX" in house.examine()["nginx"].fix


def test_an_old_nginx(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartdrive.services.doctor_front._nginx_version", lambda: (1, 10, 3))
    assert "1.18" in house.examine()["nginx"].fix


def test_figures_that_the_world_can_read(house: House) -> None:
    house.server.answers[("GET", "/metrics")] = (200, b"smartdrive_")
    assert house.examine()["watch"].sentence == "The public address tells /metrics."
    other = house.examine(behind_nginx=False)
    assert list(other) == ["tls", "public", "watch", "bytes"], "another proxy stands before the drive"
    assert "SMARTDRIVE_TRUSTED_PROXIES" in other["watch"].fix


def test_nobody_at_the_address(house: House) -> None:
    house.server.port = 1
    found = house.examine()
    assert [check.well for check in found.values()] == [False, False]
    assert "cannot be asked from here" in found["public"].sentence


def test_a_drive_for_its_own_machine_has_no_front(house: House) -> None:
    house.scheme = "http"
    assert house.examine(behind_nginx=False) == {}


ROLE = "/latest/meta-data/iam/security-credentials/"


def metadata(left: timedelta = timedelta(hours=5), **more: tuple[int, bytes]) -> Server:
    ends = (datetime.now(UTC) + left).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = json.dumps({"Code": "Success", "Expiration": ends}).encode()
    answers = {
        ("PUT", "/latest/api/token"): (200, b"token"),
        ("GET", "/latest/meta-data/"): (200, b"ami-id"),
        ("GET", "/latest/meta-data/instance-id"): (200, b"i-0123"),
        ("GET", ROLE): (200, b"drive"),
        ("GET", ROLE + "drive"): (200, told),
    }
    return Server(answers=answers | {("GET", path): answer for path, answer in more.items()})


def instance(server: Server, hops: Callable[[str], Check] = lambda number: Check("hops", number)) -> dict[str, Check]:
    with serving(server):
        there = f"http://127.0.0.1:{server.port}"
        return {each.name: each for each in Instance(lambda: datetime.now(UTC), hops, there).examine()}


def test_an_instance_as_it_should_be() -> None:
    found = instance(metadata())
    assert [check.well for check in found.values()] == [True, True, True]
    assert "good for 29" in found["role"].sentence
    assert found["hops"].sentence == "i-0123"


def test_metadata_for_whoever_has_no_token() -> None:
    server = metadata()
    server.needs_token = False
    assert "--instance-id i-0123 --http-tokens required" in instance(server)["metadata"].fix


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (metadata(**{ROLE: (404, b"")}), "instance profile"),
        (metadata(timedelta(minutes=-1)), "clock"),
        (metadata(**{ROLE + "drive": (200, b'{"Code": "AssumeRoleUnauthorizedAccess"}')}), "ec2.amazonaws.com"),
    ],
)
def test_a_role_that_gives_nothing(server: Server, words: str) -> None:
    assert words in instance(server)["role"].fix


def test_no_metadata_at_all_is_no_instance() -> None:
    nowhere = Instance(lambda: datetime.now(UTC), lambda number: Check("hops", number), "http://127.0.0.1:1")
    (only,) = nowhere.examine()
    assert only.well
    assert "no instance" in only.sentence


def test_the_address_of_the_metadata_is_that_of_ec2() -> None:
    assert urlsplit(Instance(lambda: datetime.now(UTC), lambda number: Check("hops", number)).metadata).port is None
