"""Drives as an older program left them (tests/services/old_drives/make.py), opened by the program of today."""

import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from smartdrive import create_app
from smartdrive.settings import Settings
from smartdrive.wiring import build
from tests.services.drive import Clock, Drive
from tests.web.site import SECRET, Program, Site

ARCHIVES = Path(__file__).parents[1] / "services" / "old_drives"
PLACE = {"engine": "aws", "table": "drive", "bucket": "drive", "region": "eu-central-1"}
ACCOUNT = "123456789012"
CENTURY = 100 * 365 * 24 * 3600


@dataclass
class Before:
    """A drive of before, and what its people hold in their hands: addresses, ids, tokens, and sums of their bytes."""

    folder: Path
    settings: dict[str, str]
    hands: dict[str, Any]

    def __post_init__(self) -> None:
        self.clock = Clock(datetime.fromisoformat(self.hands["moment"]))

    def drive(self) -> Drive:
        """The drive as it lies there; nothing is upgraded by looking at it."""
        configured = Settings(_env_file=None, data=self.folder, secret=SECRET, **self.settings)  # type: ignore[arg-type]
        services = build(configured, clock=self.clock)
        services = replace(services, accounts=replace(services.accounts, cost=4))
        return Drive(services, self.clock, services.table, services.objects)

    def site(self, drive: Drive) -> Site:
        """The application, which upgrades the drive before it serves anything.

        The library of its tokens reads the clock of the machine, for which those of before have long ended. When a
        session is over, its row says by the drive's clock.
        """
        app = create_app(services=drive.services)
        app.config["JWT_DECODE_LEEWAY"] = CENTURY
        return Site(app, drive.services, self.clock)

    def alice(self, site: Site) -> Program:
        """Her program, which never signed in at this one."""
        return Program(site.app, self.hands["access"])


@contextmanager
def before(engine: str, folder: Path) -> Iterator[Before]:
    """The drive of before on its engine, "folder" or "table"."""
    with tarfile.open(ARCHIVES / f"{engine}.tar.xz") as archive:
        archive.extractall(folder, filter="tar")  # modes say what has arrived
    hands = json.loads((folder / "hands.json").read_text("utf-8"))
    if engine == "folder":
        yield Before(folder / "data", {}, hands)
        return
    from tests.stand_in import moto

    with moto():
        _fill(folder)
        yield Before(folder / "data", PLACE | {"public_url": "http://127.0.0.1:8000"}, hands)


def _fill(folder: Path) -> None:
    """Table and bucket as they stood: S3's own names of versions and uploads cannot be given, so moto is told."""
    import boto3
    from moto.s3.models import s3_backends

    from smartdrive.storage.dynamodb_table import create_table
    from smartdrive.storage.s3_bucket import create_bucket

    region, name = PLACE["region"], PLACE["bucket"]
    create_table(PLACE["table"], region=region, endpoint=None)
    create_bucket(name, region=region, endpoint=None, public_url="http://127.0.0.1:8000")
    table, bucket = boto3.client("dynamodb", region_name=region), boto3.client("s3", region_name=region)
    for row in json.loads((folder / "rows.json").read_text("utf-8")):
        table.put_item(TableName=PLACE["table"], Item=row)
    stands = s3_backends[ACCOUNT]["aws"].buckets[name]
    for number, named in enumerate(json.loads((folder / "bucket.json").read_text("utf-8"))):
        if "version" in named:
            with (folder / "bucket" / f"{number}.object").open("rb") as data:
                bucket.put_object(Bucket=name, Key=named["key"], Body=data)
            stands.keys[named["key"]]._version_id = named["version"]
            continue
        made = bucket.create_multipart_upload(Bucket=name, Key=named["key"])["UploadId"]
        part = io.BytesIO((folder / "bucket" / f"{number}.part").read_bytes())
        bucket.upload_part(Bucket=name, Key=named["key"], UploadId=made, PartNumber=1, Body=part)
        stands.multiparts[named["upload"]] = stands.multiparts.pop(made)
        stands.multiparts[named["upload"]].id = named["upload"]
