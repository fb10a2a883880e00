"""A full disk: uploads are refused with 507, all else goes on, nothing is lost, and deleting makes room again."""

import hashlib
import random
import time
from pathlib import Path

import pytest

from tests.crash.judge import Judge
from tests.crash.nursery import Nursery
from tests.live import Client


@pytest.mark.timeout(300)
def test_a_full_disk_refuses_uploads_and_nothing_else(small_nursery: Nursery, tmp_path: Path) -> None:
    """SECURITY 49."""
    alice = Client(small_nursery.url).register("alice")
    kept: dict[str, str] = {}
    for size in (20_000_000, 4_000_000, 500_000, 50_000, 1_000):
        fill(alice, size, kept)
    again = Client(small_nursery.url).login("alice@example.com")
    assert {item["name"] for item in again.items()} >= set(kept)
    for item in again.items():
        assert hashlib.sha256(again.download(item["id"])).hexdigest() == kept[item["name"]]
    first, *others = again.items()
    again.ok("PATCH", f"/api/files/{first['id']}", {"name": "renamed"})
    kept["renamed"] = kept.pop(first["name"])
    for item in others[:3]:
        again.ok("DELETE", f"/api/files/{item['id']}")
        again.ok("DELETE", f"/api/trash/{item['id']}")
        kept.pop(item["name"])
    until_it_fits(again, kept)
    judge = Judge(tmp_path / "disk" / "data", small_nursery.url)
    judge.sound(deep=True)
    judge.close()
    assert again.used() == sum(item["size"] for item in again.items())
    assert {item["name"] for item in again.items()} == set(kept)


def fill(client: Client, size: int, kept: dict[str, str]) -> None:
    """Upload files of this size until one is refused for want of room."""
    while True:
        name, data = f"{size}-{len(kept)}", random.randbytes(1000) * (size // 1000)
        status = try_upload(client, name, data)
        if status == 507:
            return
        assert status in (200, 201), status
        kept[name] = hashlib.sha256(data).hexdigest()


def try_upload(client: Client, name: str, data: bytes) -> int:
    """The status of the first step that fails, else of the last."""
    begun = client.call("POST", "/api/uploads", {"name": name, "size": len(data), "parent": "root"})
    if begun.status >= 300:
        assert begun.json["code"] == "no_space", begun.body
        return begun.status
    upload = f"/api/uploads/{begun.json['id']}"
    count = -(-len(data) // begun.json["part_size"])
    signed = client.ok("POST", f"{upload}/sign", {"parts": list(range(1, count + 1))})["urls"]
    for number in range(1, count + 1):
        part = data[(number - 1) * begun.json["part_size"] : number * begun.json["part_size"]]
        answer = client.send("PUT", signed[str(number)]["url"], data=part)
        if answer.status >= 300:
            assert answer.json["code"] == "no_space", answer.body
            client.call("DELETE", upload)
            return answer.status
    return client.call("POST", f"{upload}/complete", {}).status


def until_it_fits(client: Client, kept: dict[str, str]) -> None:
    """The worker gives the room back within seconds."""
    data = random.randbytes(500_000)
    deadline = time.monotonic() + 180
    while try_upload(client, "fits", data) == 507:
        assert time.monotonic() < deadline, "deleting makes no room"
        time.sleep(0.2)
    kept["fits"] = hashlib.sha256(data).hexdigest()
