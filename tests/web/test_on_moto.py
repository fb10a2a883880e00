"""The walk of a day on moto: the same application on DynamoDB and S3, by settings alone."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from smartdrive.ports.table import Change, Key
from smartdrive.services.copying import CopyWish
from tests.web.both import moto_site
from tests.web.site import Person, Program, Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    yield from moto_site(tmp_path)


def test_an_id_that_comes_twice_makes_one_file(site: Site, alice: Person) -> None:
    begun = alice.api.post("/api/uploads/batch", {"items": [{"name": "a", "size": 1}]}).json["results"][0]
    assert requests.put(begun["url"], data=b"x", timeout=60).status_code == 200
    answer = alice.api.post("/api/uploads/complete", {"ids": [begun["id"]] * 3}).json["results"]
    assert [each["status"] for each in answer] == [201, 200, 200]
    assert len({each["file"]["id"] for each in answer}) == 1
    assert alice.api.get("/api/me/usage").json["used"] == 1


def test_a_day_on_the_other_engine(site: Site, alice: Person) -> None:
    api = alice.api
    folder = api.post("/api/folders", {"parent": "root", "name": "Papers"}).json["folder"]
    file = api.post("/api/files?filename=Papers/lease.txt", data=b"the lease").json["file"]
    assert file["parent"] == folder["id"]
    assert api.post("/api/files?filename=papers/LEASE.txt", data=b"the new lease").status_code == 200
    assert api.get("/api/me/usage").json["used"] == 22
    versions(api, file["id"])
    address = api.get(f"/api/files/{file['id']}/download").headers["Location"]
    assert "X-Amz-Signature" in address
    assert "lease.txt" in address
    renamed = api.patch(f"/api/files/{file['id']}", {"name": "contract.txt", "parent": "root"})
    assert renamed.json["file"]["name"] == "contract.txt"
    share = api.post("/api/shares", {"item": file["id"], "expires_in": 3600}).json["share"]
    stranger = Program(site.app)
    path = share["url"].removeprefix("http://127.0.0.1:8000")
    assert stranger.get(path).status_code == 200
    assert stranger.get(path + "/download").status_code == 302
    assert api.delete(f"/api/files/{file['id']}").status_code == 204
    assert stranger.get(path).status_code == 404
    assert [row["name"] for row in api.get("/api/trash").json["items"]] == ["contract.txt"]
    assert api.post(f"/api/trash/{file['id']}/restore").status_code == 200
    for order in ("name", "-name", "size", "-modified", "type", "created"):
        page = api.get(f"/api/folders/root?sort={order}").json
        assert [item["name"] for item in page["items"]] == ["Papers", "contract.txt"]
    others = many_things(site, alice, folder["id"], file["id"])
    assert api.post("/api/bulk", {"action": "trash", "ids": [file["id"], folder["id"], *others]}).status_code == 200
    api.delete("/api/trash")
    site.clock.forward(minutes=20)
    for _ in range(6):
        site.services.upkeep.purge_round()
    assert api.get("/api/me/usage").json["used"] == 0
    assert list(site.services.objects.keys()) == []


def many_things(site: Site, alice: Person, folder: str, file: str) -> list[str]:
    """Copies, moves and restores, several a write, by the request and by the worker; ids of what stands at the top."""
    api, bulk = alice.api, lambda **body: alice.api.post("/api/bulk", body).json["results"]
    [copied] = bulk(action="copy", ids=[file], target=folder)
    [taken] = bulk(action="copy", ids=[file], target=folder)
    assert (copied["status"], taken["code"]) == (201, "exists")
    assert [each["status"] for each in bulk(action="copy", ids=[file], target=folder, conflict="replace")] == [201]
    made = api.post(f"/api/folders/{folder}/copy", {"parent": "root"}).json["folder"]
    copying = replace(site.services.copying, at_once=0)
    begun = copying.one(alice.user, folder, kind="folder", wish=CopyWish("root", "keep_both"))
    assert site.services.upkeep.copy_round()
    job = api.get(f"/api/jobs/{begun.job}").json
    assert (job["state"], job["done"], job["total"]) == ("done", 2, 2)
    assert [item["name"] for item in api.get(f"/api/folders/{begun.node.id}").json["items"]] == ["contract.txt"]
    ids = [made["id"], begun.node.id]
    assert [each["status"] for each in bulk(action="move", ids=ids, target=folder)] == [200, 200]
    assert [each["status"] for each in bulk(action="trash", ids=ids)] == [204, 204]
    bulk(action="trash", ids=[folder])
    assert [(each["status"], each["folder"]) for each in bulk(action="restore", ids=ids)] == [(200, "Papers")] * 2
    again = api.get(f"/api/folders/{made['id']}").json["folder"]["parent"]
    assert again != folder
    assert [each["status"] for each in bulk(action="move", ids=ids, target="root")] == [200, 200]
    bulk(action="trash", ids=[again])
    assert api.post(f"/api/trash/{folder}/restore").json["folder"]["name"] == "Papers"
    return ids


def test_a_zip_of_the_other_engine(site: Site, alice: Person) -> None:
    api, files = alice.api, {f"{number}.bin": bytes([number]) * 5000 for number in range(5)}
    files["large.bin"] = bytes(range(256)) * 40_000
    for name, data in files.items():
        assert api.post(f"/api/files?filename=Papers/{name}", data=data).status_code == 201
    path = urlsplit(api.post("/api/zips", {"ids": ["root"]}).json["url"]).path
    early = api.get(path)
    assert "ETag" not in early.headers, "the large one's checksum is to come"
    while site.services.upkeep.checksum_round():
        pass
    whole = site.stranger().get(path)
    assert len(whole.data) == len(early.data) - 16, "it stood behind the file"
    for answer in (early, whole):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as found:
            assert found.testzip() is None
            assert {name: found.read(f"My files/Papers/{name}") for name in files} == files
    middle = len(whole.data) // 2
    going_on = {"Range": f"bytes={middle}-", "If-Range": whole.headers["ETag"]}
    rest = site.stranger().get(path, headers=going_on)
    assert (rest.status_code, rest.data) == (206, whole.data[middle:])
    papers = api.get("/api/folders/root").json["items"][0]["id"]
    assert api.patch(f"/api/folders/{papers}", {"name": "Plans"}).status_code == 200
    assert site.stranger().get(path, headers=going_on).status_code == 200


def versions(api: Program, file: str) -> None:
    """Bring the first version back, name it, open it, and let go of what is not wanted: 22 bytes as before."""
    path = f"/api/files/{file}/versions"
    new, old = api.get(path).json["items"]
    assert api.post(f"{path}/{old['id']}/restore").json["file"]["size"] == 9
    assert api.get("/api/me/usage").json["used"] == 31
    assert api.patch(f"{path}/{old['id']}", {"name": "signed"}).json["version"]["name"] == "signed"
    address = api.get(f"{path}/{old['id']}/download").headers["Location"]
    assert requests.get(address, timeout=20).content == b"the lease"
    assert api.post(f"{path}/{new['id']}/restore").status_code == 200
    found = api.get(path).json["items"]
    assert [each["size"] for each in found] == [13, 9, 13, 9]
    assert found[1]["sha256"] == found[3]["sha256"] != found[0]["sha256"]
    assert api.delete(f"{path}/{found[0]['id']}").json["code"] == "current_version"
    for each in found[1:3]:
        assert api.delete(f"{path}/{each['id']}").status_code == 204
    assert api.patch(f"{path}/{old['id']}", {"name": ""}).status_code == 200
    assert api.get("/api/me/usage").json["used"] == 22


def test_what_was_done_is_told_undone_and_sealed_on_the_other_engine(site: Site, alice: Person) -> None:
    api = alice.api
    folder = api.post("/api/folders", {"parent": "root", "name": "Papers"}).json["folder"]["id"]
    some = [api.post(f"/api/files?filename={name}.txt", data=b"x").json["file"]["id"] for name in "abc"]
    moved = api.post("/api/bulk", {"action": "move", "ids": some, "target": folder}).headers["Change-Id"]
    assert [each["action"] for each in api.get(f"/api/activity?item={some[0]}").json["items"]] == ["move", "upload"]
    results = api.post("/api/undo", {"change": moved}).json["results"]
    assert [each["status"] for each in results] == [200, 200, 200]
    assert api.get(f"/api/folders/{folder}").json["items"] == []
    assert api.post("/api/undo", {"change": moved}).json["code"] == "stands_in_the_way"
    acts = [each["action"] for each in api.get("/api/activity?limit=5").json["items"]]
    assert acts == ["move"] * 5
    site.clock.forward(days=1)
    assert site.services.upkeep.sweep_round()
    report = site.services.fsck.run(between=0)
    assert (report.clean, report.checked["journal events"]) == (True, 10)
    row = next(row for row in site.services.table.walk() if row["pk"] == f"A#{alice.user.id}")
    site.services.table.write(Change(Key(str(row["pk"]), str(row["sk"])), set={"name": "another"}))
    found = site.services.fsck.run(between=0).findings
    assert [each.sentence for each in found] == ["An event of the journal was altered."]
