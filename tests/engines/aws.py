"""The drive on DynamoDB and S3: a table and a bucket of its own, and its programs started one by one."""

import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smartdrive.settings import PREFIX, Settings
from tests.browser.conftest import MANY_ACCOUNTS
from tests.browser.drives import ROOT, START_SECONDS, clean_environment
from tests.browser.houses import House
from tests.engines.conftest import Engines


def settings_of(engines: Engines, *, public_url: str, s3_url: str) -> dict[str, str]:
    """The environment of a drive with a table and a bucket that are its own."""
    name = f"drive-{secrets.token_hex(6)}"
    return {
        **MANY_ACCOUNTS,
        **engines.credentials(),
        "SMARTDRIVE_ENGINE": "aws",
        "SMARTDRIVE_SECRET": secrets.token_hex(32),
        "SMARTDRIVE_PUBLIC_URL": public_url,
        "SMARTDRIVE_TABLE": name,
        "SMARTDRIVE_BUCKET": name,
        "SMARTDRIVE_REGION": engines.region,
        "SMARTDRIVE_DYNAMODB_URL": engines.dynamodb_url,
        "SMARTDRIVE_S3_URL": s3_url,
        "SMARTDRIVE_WORKER": "apart",
    }


def prepare(settings: dict[str, str]) -> None:
    """The table and the bucket, made as an operator makes them."""
    for command in ("create-table", "create-bucket"):
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", command],
            cwd=ROOT,
            env=clean_environment(settings),
            check=True,
            timeout=60,
        )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def programs(settings: dict[str, str], *, port: int, log: Path) -> list[subprocess.Popen[bytes]]:
    """Web server and worker, as a service manager starts them."""
    web = ["gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", "wsgi:app"]
    with log.open("ab") as out:
        return [
            subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=ROOT,
                env=clean_environment(settings),
                stdout=out,
                stderr=subprocess.STDOUT,
            )
            for words in (web, ["smartdrive.worker"])
        ]


def wait_for(url: str, log: Path) -> None:
    """Until the drive says that it and its engines are well."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/status/ready", timeout=60):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the drive did not start:\n{log.read_text()}")


@contextmanager
def aws_house(engines: Engines, folder: Path) -> Iterator[House]:
    """The drive on the real engines; nothing of it stands on this machine's disk."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = settings_of(engines, public_url=url, s3_url=engines.s3_url)
    prepare(settings)

    def begin() -> list[subprocess.Popen[bytes]]:
        started = programs(settings, port=port, log=folder / "drive.log")
        wait_for(url, folder / "drive.log")
        return started

    given = {name.removeprefix(PREFIX).lower(): value for name, value in settings.items() if name.startswith(PREFIX)}
    house = House(url, engines.s3_url, begin, Settings(_env_file=None, **given), begin())
    try:
        yield house
    finally:
        house.stop()
