"""An upload of 26 hours by a slow client: its addresses are signed anew, and nobody sweeps it meanwhile."""

import secrets
from urllib.parse import urlsplit

import requests

from tests.web.both import site
from tests.web.site import Person, Site

__all__ = ["site"]

MIB = 1024 * 1024
PART = 16 * MIB
HOURS = 26


def put(site: Site, url: str, body: bytes) -> int:
    """At the door of the drive, or at a storage of its own."""
    if site.services.door is None:
        return requests.put(url, data=body, timeout=120).status_code
    return site.app.test_client().put(urlsplit(url).path, data=body).status_code


def test_an_upload_of_26_hours(site: Site, alice: Person) -> None:
    api, content = alice.api, secrets.token_bytes(5 * PART + 1)
    begun = api.post("/api/uploads", {"name": "film.mp4", "size": len(content), "parent": "root"}).json
    path, sent, first = f"/api/uploads/{begun['id']}", 0, ""
    for hour in range(HOURS):
        site.clock.forward(hours=1)
        site.services.upkeep.sweep_round()
        number = hour // 5 + 1
        signed = api.post(f"{path}/sign", {"parts": [number]}).json["urls"][str(number)]["url"]
        first = first or signed
        if hour % 5 == 0:
            assert put(site, signed, content[(number - 1) * PART : number * PART]) == 200
            sent += 1
        assert api.get(path).json["done"] == list(range(1, number + 1))
    if site.services.door:
        assert put(site, first, content[:PART]) == 403, "an address of yesterday"
    site.clock.forward(days=6)
    site.services.upkeep.sweep_round()
    file = api.post(f"{path}/complete").json["file"]
    assert (file["size"], sent) == (len(content), 6)
    node = site.services.tree.file(alice.user, file["id"])
    assert b"".join(site.services.objects.open(node.object, version=node.object_version)) == content
