"""Credentials of an instance role end: addresses signed with them are asked for no longer, and the end is told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import botocore.session
import pytest
from flask import Flask

from smartdrive.domain.errors import EngineDown
from smartdrive.ports.table import Unavailable
from smartdrive.services.files import Files
from smartdrive.storage.credentials import RoleOfInstance
from smartdrive.storage.s3 import S3
from smartdrive.web.endings import DirectForm
from tests.metadata import Instance, Session
from tests.services.drive import Drive, make_drive


@pytest.fixture
def instance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Instance]:
    """Nothing but the role gives credentials here."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_EC2_METADATA_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with Instance().running() as service:
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", service.url)
        yield service


def lasting(url: str) -> int:
    return int(parse_qs(urlsplit(url).query)["X-Amz-Expires"][0])


@pytest.fixture
def drive(tmp_path: Path) -> Drive:
    """A drive whose time is that of the credentials."""
    drive = make_drive(tmp_path / "data")
    drive.clock.moment = datetime.now(UTC)
    return drive


def bucket() -> S3:
    """One on AWS itself; signing asks nobody but the instance."""
    return S3("drive", region="eu-central-1", endpoint=None)


@pytest.fixture
def files(drive: Drive, instance: Instance) -> Files:
    """Its files, as if their bytes were in a bucket."""
    return replace(drive.services.files, objects=bucket())


def end(instance: Instance) -> datetime:
    return instance.made[-1].ends


def of_minutes(instance: Instance, minutes: float) -> None:
    """From now on its role gets credentials for so long."""
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=minutes)
    instance.make = lambda: Session(f"ASIA{len(instance.made)}", "secret", "session", ends)


def test_the_end_of_the_role_is_known(files: Files, instance: Instance) -> None:
    assert files.objects.signing_ends() == end(instance)
    assert instance.asked == 1


def test_an_address_ends_with_the_credentials_and_says_so(drive: Drive, files: Files, instance: Instance) -> None:
    alice = drive.person("alice")  # SECURITY 39
    file = drive.store(alice, "a.txt")
    short, long = (files.direct(alice, file.id, seconds=seconds) for seconds in (3600, 7 * 24 * 3600))
    assert lasting(short.url) == 3600
    assert end(instance) - timedelta(seconds=2) < long.expires <= end(instance)
    assert lasting(long.url) <= 5 * 3600
    assert "X-Amz-Security-Token=session" in long.url
    assert files.direct_end(3600) < end(instance) - timedelta(hours=3)
    assert end(instance) - timedelta(seconds=2) < files.direct_end(24 * 3600) <= end(instance)


@pytest.mark.parametrize("minutes", [20, 12, 4])
def test_credentials_of_minutes_are_never_taken_to_last_longer(drive: Drive, instance: Instance, minutes: int) -> None:
    of_minutes(instance, minutes)  # SECURITY 39
    files = replace(drive.services.files, objects=bucket())
    alice = drive.person("alice")
    made = files.direct(alice, drive.store(alice, "a.txt").id, seconds=3600)
    assert end(instance) - timedelta(seconds=2) < made.expires <= end(instance)
    assert lasting(made.url) <= minutes * 60
    assert files.direct_end(3600) <= end(instance)


@pytest.mark.parametrize(
    ("minutes", "offered"),
    [(300, [("3600", "1 hour"), ("86400", "As long as possible")]), (20, [("3600", "As long as possible")])],
)
def test_the_form_offers_nothing_beyond_them(
    drive: Drive, instance: Instance, minutes: int, offered: list[tuple[str, str]]
) -> None:
    of_minutes(instance, minutes)
    files = replace(drive.services.files, objects=bucket())
    app = Flask("forms")
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context():
        lives = DirectForm(formdata=None).lives(drive.clock(), files.direct_end)
    assert [(value, words) for value, words, _ in lives] == offered
    assert lives[-1][2] <= end(instance)


def test_old_ones_serve_while_the_instance_has_no_new_ones(instance: Instance) -> None:
    of_minutes(instance, 6)
    role = RoleOfInstance(botocore.session.get_session())
    first = role.retrieve_iam_role_credentials()
    instance.silent = True
    again = role.retrieve_iam_role_credentials()
    assert again["access_key"] == first["access_key"] == instance.made[-1].key
    assert role.ends == {again["access_key"]: end(instance)}


def test_no_role_is_no_credentials(instance: Instance) -> None:
    instance.silent = True
    assert RoleOfInstance(botocore.session.get_session()).retrieve_iam_role_credentials() == {}
    with pytest.raises(Unavailable, match="NoCredentials"):
        bucket().origins()


def test_credentials_that_are_over_sign_nothing(drive: Drive, files: Files) -> None:
    alice = drive.person("alice")
    file = drive.store(alice, "a.txt")
    drive.clock.forward(hours=6)
    with pytest.raises(EngineDown):
        files.direct(alice, file.id, seconds=3600)
