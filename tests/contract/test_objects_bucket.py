"""What the drive's bucket is like once it is made, and what a storage that is down or refuses looks like."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest

from smartdrive.ports.objects import Delivery
from smartdrive.ports.table import Unavailable
from smartdrive.storage.s3 import S3
from smartdrive.storage.s3_bucket import create_bucket
from tests.contract.stores import new_key
from tests.in_thread import in_thread
from tests.stand_in import moto

HOME = "https://drive.example"


@pytest.fixture
def aws() -> Iterator[None]:
    with moto():
        yield


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_the_bucket_is_private_encrypted_versioned_and_swept(region: str) -> None:
    for _ in range(2):
        assert create_bucket("drive", region=region, endpoint=None, public_url=HOME) == []
    client = boto3.client("s3", region_name=region)
    assert client.get_bucket_versioning(Bucket="drive")["Status"] == "Enabled"
    closed = client.get_public_access_block(Bucket="drive")["PublicAccessBlockConfiguration"]
    assert set(closed.values()) == {True}
    encryption = client.get_bucket_encryption(Bucket="drive")["ServerSideEncryptionConfiguration"]
    assert encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    (rule,) = client.get_bucket_lifecycle_configuration(Bucket="drive")["Rules"]
    assert rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] == 60, "it would end uploads that go on"
    assert "NoncurrentVersionExpiration" not in rule
    (cors,) = client.get_bucket_cors(Bucket="drive")["CORSRules"]
    assert cors["AllowedOrigins"] == [HOME]
    assert sorted(cors["AllowedMethods"]) == ["GET", "PUT"]


@pytest.mark.usefixtures("aws")
def test_addresses_are_sigv4_at_the_region_and_never_outlive_a_week() -> None:
    create_bucket("drive", region="eu-central-1", endpoint=None, public_url=HOME)
    store = S3("drive", region="eu-central-1", endpoint=None)
    url = store.sign_get(new_key(), Delivery("a", "text/plain"), expires_in=10**9)
    assert url.startswith("https://drive.s3.eu-central-1.amazonaws.com/")
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in url
    assert "X-Amz-Expires=604800" in url


@pytest.mark.usefixtures("aws")
def test_a_single_put_signs_length_and_once_only() -> None:
    store = S3("drive", region="eu-central-1", endpoint=None, if_none_match=True)
    plan = store.plan_put(new_key(), size=5, part_size=10)
    signed = store.sign_parts(plan, [1], expires_in=60)[1]
    assert signed.headers == {"If-None-Match": "*"}
    assert "X-Amz-SignedHeaders=content-length%3Bhost%3Bif-none-match" in signed.url


@pytest.mark.usefixtures("aws")
def test_a_bucket_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        S3("nowhere", region="eu-central-1", endpoint=None).ready()
    with pytest.raises(Unavailable, match="bucket does not exist"):
        list(S3("nowhere", region="eu-central-1", endpoint=None).keys())


def test_storage_that_is_down_is_unavailable_in_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    # SECURITY 50
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        store = S3("drive", region="us-east-1", endpoint=f"http://127.0.0.1:{closed.getsockname()[1]}")
        with pytest.raises(Unavailable):
            store.stat(new_key())
        with pytest.raises(Unavailable):
            next(store.open(new_key()))


@contextmanager
def answering(*statuses: int) -> Iterator[tuple[str, list[str]]]:
    """A storage that answers with these statuses in turn, the last one for ever; its address and what was asked."""
    seen: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.command)
            status = statuses[min(len(seen), len(statuses)) - 1]
            body = b"bytes" if status == 200 else b"<Error><Code>SlowDown</Code></Error>"
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing on the screen."""

    with in_thread(ThreadingHTTPServer(("127.0.0.1", 0), Answers)) as server:
        yield f"http://127.0.0.1:{server.server_port}", seen


# SECURITY 50
def test_a_slow_down_is_tried_again_a_bounded_number_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with answering(503, 200) as (endpoint, seen):
        store = S3("drive", region="us-east-1", endpoint=endpoint)
        assert b"".join(store.open(new_key())) == b"bytes"
        assert len(seen) == 2
    with answering(503) as (endpoint, seen):
        store = S3("drive", region="us-east-1", endpoint=endpoint)
        with pytest.raises(Unavailable, match="SlowDown"):
            next(store.open(new_key()))
        assert len(seen) == 3


def test_no_credentials_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    store = S3("drive", region="us-east-1", endpoint="http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        store.sign_get(new_key(), Delivery("a", "text/plain"), expires_in=60)
