"""Makes the drives of before: one with a folder, one with a table and a bucket, each as its program left it.

The program of before is that of commit 55526e6, the last one without versions to go back to, search, recent files and
activity. So this runs in a checkout of it, with its own tests beside it, and writes two archives to the folder named:

    git worktree add before 55526e6 && cd before && PYTHONPATH=. python <this file> <folder>
"""

import io
import json
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import boto3
import requests
from flask import Flask
from moto import mock_aws

from smartdrive import create_app
from smartdrive.settings import Settings
from smartdrive.storage.dynamodb_table import create_table
from smartdrive.storage.s3_bucket import create_bucket
from smartdrive.wiring import build
from tests.services.drive import Clock
from tests.web.site import SECRET, Person, Program, Site

MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)
PLACE = {"engine": "aws", "table": "drive", "bucket": "drive", "region": "eu-central-1"}
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_EC2_METADATA_DISABLED": "true"}
FIRST_PART = b"\0" * 16 * 1024 * 1024


def opened(folder: Path, **settings: Any) -> Site:
    clock = Clock(MOMENT)
    services = build(Settings(_env_file=None, data=folder, secret=SECRET, **settings), clock=clock)
    services = replace(services, accounts=replace(services.accounts, cost=4))
    return Site(create_app(services=services), services, clock)


def ok(program: Program, method: str, path: str, json: Any = None, **more: Any) -> Any:
    answer = program.call(method, path, json, **more)
    assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
    return answer.json


def put(app: Flask, signed: dict[str, Any], data: bytes) -> None:
    """To where a signed address leads: to the application itself, or to S3."""
    parts = urlsplit(signed["url"])
    if "amazonaws" in parts.netloc:
        assert requests.put(signed["url"], data=data, headers=signed["headers"], timeout=60).status_code == 200
    else:
        path = f"{parts.path}?{parts.query}"
        assert app.test_client().put(path, data=data, headers=signed["headers"]).status_code == 200


def folder(api: Program, name: str, parent: str = "root") -> str:
    return str(ok(api, "POST", "/api/folders", {"parent": parent, "name": name})["folder"]["id"])


def store(api: Program, path: str, data: bytes, *, conflict: str = "replace") -> str:
    query = {"filename": path, "conflict": conflict}
    return str(ok(api, "POST", "/api/files", query_string=query, data=data)["file"]["id"])


def things(site: Site, alice: Program, bob: Program) -> dict[str, str]:
    """What lies in the drives; ids of what the tests ask for."""
    papers = folder(alice, "Papers")
    year = folder(alice, "2025", papers)
    folder(alice, "nothing in it", year)
    found = {"papers": papers}
    for number in range(9):
        store(alice, f"Papers/2025/scan {number}.txt", b"%d" % number)
    found["contract"] = store(alice, "Papers/Vertrag Müller.pdf", b"%PDF-1.4 contract")
    store(alice, "旅行の写真.jpg", b"picture")
    store(alice, "Żółw.txt", bytes(range(251)) * 1300)
    for state in (b"one", b"two, longer", b"three"):
        found["draft"] = store(alice, "draft.txt", state)
        site.clock.forward(minutes=1)
    store(alice, "draft.txt", b"beside it", conflict="keep_both")
    ok(alice, "POST", f"/api/files/{found['contract']}/copy", {"parent": "root", "name": "copied contract.pdf"})
    renamed = store(alice, "before.txt", b"renamed")
    ok(alice, "PATCH", f"/api/files/{renamed}", {"name": "afterwards.txt", "parent": year})
    put_away(alice, bob)
    store(bob, "Bob's own notes.txt", b"mine alone")
    return found


def put_away(alice: Program, bob: Program) -> None:
    """In the trash; deleted for good, which no worker has got to yet; a trash that was emptied."""
    ok(alice, "DELETE", f"/api/files/{store(alice, 'thrown away.txt', b'thrown')}")
    old = folder(alice, "kept in the trash")
    store(alice, "kept in the trash/with it.txt", b"with it")
    ok(alice, "DELETE", f"/api/folders/{old}")
    gone = folder(alice, "going for good")
    for number in range(3):
        store(alice, f"going for good/going {number}.txt", b"gone")
    ok(alice, "DELETE", f"/api/folders/{gone}")
    ok(alice, "DELETE", f"/api/trash/{gone}")
    ok(bob, "DELETE", f"/api/files/{store(bob, 'emptied.txt', b'emptied')}")
    ok(bob, "DELETE", "/api/trash")


def links(alice: Program, ids: dict[str, str]) -> dict[str, str]:
    """Paths of links that live, and of one that was ended."""
    found = {}
    for name, item in {"file": ids["contract"], "folder": ids["papers"], "ended": ids["draft"]}.items():
        share = ok(alice, "POST", "/api/shares", {"item": item, "expires_in": 30 * 24 * 3600})["share"]
        found[name] = urlsplit(share["url"]).path
        if name == "ended":
            ok(alice, "DELETE", f"/api/shares/{share['id']}")
    return found


def uploads(site: Site, alice: Program) -> dict[str, dict[str, Any]]:
    """Under way: in parts, one of which has arrived; begun; arrived and not completed."""
    found = {}
    wanted = {"in parts": len(FIRST_PART) + 5, "begun": 5, "arrived": 7}
    for name, size in wanted.items():
        body = {"name": f"{name}.bin", "size": size, "parent": "root", "key": name}
        found[name] = {"body": body, "id": ok(alice, "POST", "/api/uploads", body)["id"]}
    first = ok(alice, "POST", f"/api/uploads/{found['in parts']['id']}/sign", {"parts": [1]})["urls"]["1"]
    put(site.app, first, FIRST_PART)
    only = ok(alice, "POST", f"/api/uploads/{found['arrived']['id']}/sign", {"parts": [1]})["urls"]["1"]
    put(site.app, only, b"arrived")
    return found


def tree(site: Site, person: Person, at: str = "root") -> dict[str, Any]:
    """Names below a folder, with the sums of their bytes."""
    found = {}
    for item in ok(person.api, "GET", f"/api/folders/{at}?limit=200")["items"]:
        if item["kind"] == "folder":
            found[item["name"]] = tree(site, person, item["id"])
        else:
            file = site.services.tree.file(person.user, item["id"])
            data = b"".join(site.services.objects.open(file.object, version=file.object_version))
            found[item["name"]] = sha256(data).hexdigest()
    return found


def live(site: Site) -> dict[str, Any]:
    """Use the drive; what people have in their hands afterwards."""
    alice, bob = site.person("alice"), site.person("bob")
    ids = things(site, alice.api, bob.api)
    token = ok(alice.api, "POST", "/api/tokens", {"name": "backup", "scope": "write"})["token"]
    under_way = uploads(site, alice.api)
    prefix = site.services.settings.cookie_prefix
    cookies = {name: alice.browser.cookie(prefix + name) for name in ("access", "refresh")}
    people = {"alice": alice, "bob": bob}
    return {
        "ids": ids,
        "access": alice.api.token,
        "refresh": alice.api.refresh,
        "cookies": {prefix + name: value for name, value in cookies.items()},
        "token": token,
        "links": links(alice.api, ids),
        "uploads": under_way,
        "trees": {name: tree(site, person) for name, person in people.items()},
        "used": {name: site.services.accounts.usage(person.user).used for name, person in people.items()},
        "moment": site.clock.moment.isoformat(),
    }


def of_the_table() -> list[Any]:
    """All rows, as DynamoDB gives them."""
    client, rows, more = boto3.client("dynamodb", region_name=PLACE["region"]), [], {}
    while True:
        page = client.scan(TableName=PLACE["table"], **more)
        rows += page["Items"]
        if "LastEvaluatedKey" not in page:
            return sorted(rows, key=lambda row: (row["pk"]["S"], row["sk"]["S"]))
        more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def of_the_bucket() -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """Each version of each object and each part of what is under way: its bytes, and what S3 calls it."""
    client, bucket = boto3.client("s3", region_name=PLACE["region"]), PLACE["bucket"]
    for version in client.list_object_versions(Bucket=bucket).get("Versions", []):
        named = {"key": version["Key"], "version": version["VersionId"]}
        got = client.get_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
        yield "object", got["Body"].read(), named
    for upload in client.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
        named = {"key": upload["Key"], "upload": upload["UploadId"]}
        parts = client.list_parts(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])["Parts"]
        assert [(part["PartNumber"], part["Size"]) for part in parts] == [(1, len(FIRST_PART))]
        yield "part", FIRST_PART, named


@contextmanager
def archive(path: Path) -> Iterator[tarfile.TarFile]:
    with tarfile.open(path, "w:xz") as made:
        yield made


def add(made: tarfile.TarFile, name: str, data: bytes, mode: int = 0o600) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = len(data), mode, int(MOMENT.timestamp())
    made.addfile(info, io.BytesIO(data))


def add_json(made: tarfile.TarFile, name: str, value: Any) -> None:
    add(made, name, json.dumps(value, ensure_ascii=False, indent=0, sort_keys=True).encode())


def folder_of_before(target: Path, data: Path) -> None:
    site = opened(data)
    hands = live(site)
    site.services.table.close()  # type: ignore[attr-defined]
    with archive(target) as made:
        add_json(made, "hands.json", hands)
        for path in sorted(data.rglob("*")):
            name = f"data/{path.relative_to(data)}"
            if path.is_file():
                add(made, name, path.read_bytes(), mode=path.stat().st_mode & 0o777)
            else:
                info = made.gettarinfo(path, name)
                info.uid = info.gid = 0
                info.uname = info.gname = ""
                made.addfile(info)


def table_of_before(target: Path, data: Path) -> None:
    with patch.dict("os.environ", KEYS), mock_aws():
        create_table(PLACE["table"], region=PLACE["region"], endpoint=None)
        create_bucket(PLACE["bucket"], region=PLACE["region"], endpoint=None, public_url="http://127.0.0.1:8000")
        hands = live(opened(data, public_url="http://127.0.0.1:8000", **PLACE))
        with archive(target) as made:
            add_json(made, "hands.json", hands)
            add_json(made, "rows.json", of_the_table())
            stored = list(of_the_bucket())
            for number, (kind, content, _) in enumerate(stored):
                add(made, f"bucket/{number}.{kind}", content)
            add_json(made, "bucket.json", [named for _, _, named in stored])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        folder_of_before(Path(sys.argv[1]) / "folder.tar.xz", Path(made) / "one")
        table_of_before(Path(sys.argv[1]) / "table.tar.xz", Path(made) / "two")
