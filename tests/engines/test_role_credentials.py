"""Credentials of an instance role, renewed under a working drive: radosgw makes them and refuses them once they ended.

An hour of AWS takes seconds here: a session lasts LASTS, and the instance has the next one EARLY before its end.
"""

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
import requests
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC

from tests.engines.conftest import Engines
from tests.metadata import Instance, Session
from tests.web.both import aws_site
from tests.web.site import Program, Site

pytestmark = pytest.mark.engines
MiB = 1024 * 1024
LASTS, EARLY = 40, timedelta(seconds=25)
DATA = b"ab" * 10 * MiB


class Keeper:
    """The S3 server's own STS. It makes no session under 15 minutes, so its seal is put on a shorter one."""

    def __init__(self, engines: Engines) -> None:
        keys = {"aws_access_key_id": engines.key, "aws_secret_access_key": engines.secret}
        where = {"endpoint_url": engines.s3_url, "region_name": engines.region}
        may = {"Effect": "Allow", "Action": "sts:GetSessionToken", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
        boto3.client("iam", **keys, **where).put_user_policy(
            UserName="drive", PolicyName="sessions", PolicyDocument=policy
        )
        self.sts = boto3.client("sts", **keys, **where)
        self.seal = Cipher(AES128(engines.sts_key.encode()), CBC(b"cephsageyudagreg"))

    def session(self) -> Session:
        made = self.sts.get_session_token(DurationSeconds=900)["Credentials"]
        opened = self.seal.decryptor()
        plain = opened.update(b64decode(made["SessionToken"])) + opened.finalize()
        ends = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=LASTS)
        told, meant = (f"{end:%Y-%m-%dT%H:%M:%S}".encode() for end in (made["Expiration"].astimezone(UTC), ends))
        assert plain.count(told) == 1
        plain = plain.replace(told, meant)
        sealed = self.seal.encryptor()
        token = b64encode(sealed.update(plain) + sealed.finalize()).decode()
        return Session(made["AccessKeyId"], made["SecretAccessKey"], token, ends)


@pytest.fixture
def instance(engines: Engines, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Instance]:
    """Nothing but its role gives credentials here."""
    keeper = Keeper(engines)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_EC2_METADATA_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with Instance().running() as service:
        service.make, service.early = keeper.session, EARLY
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", service.url)
        yield service


@pytest.fixture
def site(instance: Instance, engines: Engines, tmp_path: Path) -> Site:
    urls = {"dynamodb_url": engines.dynamodb_url, "s3_url": engines.s3_url}
    return aws_site(tmp_path / "data", region=engines.region, urls=urls)


def until(came: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not came():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_links_and_uploads_go_on_when_credentials_are_renewed(site: Site, instance: Instance) -> None:
    alice = site.person("alice").api  # SECURITY 39
    file = alice.post("/api/files?filename=a.txt", data=b"hello").json["file"]["id"]
    upload = alice.post("/api/uploads", {"name": "b.bin", "size": len(DATA), "parent": "root"}).json
    parts = DATA[: upload["part_size"]], DATA[upload["part_size"] :]
    assert requests.put(signed(alice, upload, 1), data=parts[0], timeout=60).status_code == 200
    early = signed(alice, upload, 2)
    site.clock.moment = datetime.now(UTC)
    direct = alice.post(f"/api/files/{file}/presign", {"expires_in": 3600}).json
    ends = datetime.fromisoformat(direct["expires_at"])
    assert ends <= max(made.ends for made in instance.made)

    def click_and_see() -> bool:
        """A click always gets the bytes, however near the end; the direct link works until its end alone."""
        where = alice.get(f"/api/files/{file}/download").headers["Location"]
        assert requests.get(where, timeout=60).content == b"hello"
        before = datetime.now(UTC)
        stands = requests.get(direct["url"], timeout=60).status_code == 200
        assert stands or datetime.now(UTC) > ends - timedelta(seconds=2)
        assert not stands or before < ends + timedelta(seconds=2)
        return not stands

    until(click_and_see)
    until(lambda: requests.put(early, data=parts[1], timeout=60).status_code == 403)
    assert requests.put(signed(alice, upload, 2), data=parts[1], timeout=60).status_code == 200
    assert alice.post(f"/api/uploads/{upload['id']}/complete").status_code == 201
    assert len(instance.made) > 1


def signed(alice: Program, upload: dict[str, str], part: int) -> str:
    answer = alice.post(f"/api/uploads/{upload['id']}/sign", {"parts": [part]})
    return str(answer.json["urls"][str(part)]["url"])
