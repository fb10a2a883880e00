"""Credentials of an instance role end: addresses signed with them are asked for no longer, and the end is told."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from smartdrive.domain.errors import EngineDown
from smartdrive.services.files import Files
from smartdrive.storage.s3 import S3
from smartdrive.web.endings import DirectForm
from tests.services.drive import Drive, make_drive

ROLE = "/latest/meta-data/iam/security-credentials/"


class Instance(ThreadingHTTPServer):
    """The metadata service of an instance, whose role's credentials end at a moment."""

    ends = datetime.now(UTC)
    asked = 0

    def credentials(self) -> dict[str, str]:
        self.asked += 1
        return {
            "Code": "Success",
            "Type": "AWS-HMAC",
            "AccessKeyId": f"ASIA{self.asked}",
            "SecretAccessKey": "secret",
            "Token": "session",
            "Expiration": self.ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


class Answers(BaseHTTPRequestHandler):
    """Version 2 of the service: a token first."""

    server: Instance

    def do_PUT(self) -> None:
        self._say("token")

    def do_GET(self) -> None:
        self._say("drive" if self.path == ROLE else json.dumps(self.server.credentials()))

    def _say(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("X-aws-ec2-metadata-token-ttl-seconds", "21600")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def instance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Instance]:
    """Nothing but the role gives credentials here."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_EC2_METADATA_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with Instance(("127.0.0.1", 0), Answers) as server:
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def lasting(url: str) -> int:
    return int(parse_qs(urlsplit(url).query)["X-Amz-Expires"][0])


@pytest.fixture
def drive(tmp_path: Path, instance: Instance) -> Drive:
    """A drive whose time is that of the credentials, which last five hours more."""
    drive = make_drive(tmp_path / "data")
    drive.clock.moment = datetime.now(UTC)
    instance.ends = drive.clock.moment.replace(microsecond=0) + timedelta(hours=5)
    return drive


@pytest.fixture
def files(drive: Drive) -> Files:
    """Its files, as if their bytes were in a bucket; signing asks nobody."""
    return replace(drive.services.files, objects=S3("drive", region="eu-central-1", endpoint=None))


def test_the_end_of_the_role_is_known(files: Files, instance: Instance) -> None:
    assert files.objects.signing_ends() == instance.ends
    assert instance.asked == 1


def test_an_address_ends_with_the_credentials_and_says_so(drive: Drive, files: Files, instance: Instance) -> None:
    alice = drive.person("alice")  # SECURITY 39
    file = drive.store(alice, "a.txt")
    short, long = (files.direct(alice, file.id, seconds=seconds) for seconds in (3600, 7 * 24 * 3600))
    assert lasting(short.url) == 3600
    assert instance.ends - timedelta(seconds=2) < long.expires <= instance.ends
    assert lasting(long.url) <= 5 * 3600
    assert "X-Amz-Security-Token=session" in long.url
    assert files.direct_end(3600) < instance.ends - timedelta(hours=3)
    assert instance.ends - timedelta(seconds=2) < files.direct_end(24 * 3600) <= instance.ends


def test_the_form_offers_nothing_beyond_them(drive: Drive, files: Files, instance: Instance) -> None:
    app = Flask("forms")
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context():
        lives = DirectForm(formdata=None).lives(drive.clock(), files.direct_end)
    assert [(value, words) for value, words, _ in lives] == [("3600", "1 hour"), ("86400", "As long as possible")]
    assert lives[-1][2] <= instance.ends


def test_credentials_that_are_over_sign_nothing(drive: Drive, files: Files) -> None:
    alice = drive.person("alice")
    file = drive.store(alice, "a.txt")
    drive.clock.forward(hours=6)
    with pytest.raises(EngineDown):
        files.direct(alice, file.id, seconds=3600)
