"""Signed addresses of a click: short-lived, fixed in what they give, and written down nowhere."""

import pytest

from tests.web.site import Person, Program, Site

BASE = "http://127.0.0.1:8000"


def stored(alice: Person, name: str, data: bytes) -> dict[str, str]:
    file: dict[str, str] = alice.api.post(f"/api/files?filename={name}", data=data).json["file"]
    return file


def location(alice: Person, file: dict[str, str], query: str = "") -> str:
    answer = alice.api.get(f"/api/files/{file['id']}/download{query}")
    assert answer.status_code == 302
    return str(answer.headers["Location"]).removeprefix(BASE)


def test_an_address_lives_five_minutes(site: Site, alice: Person) -> None:
    address = location(alice, stored(alice, "a.txt", b"hello"))  # SECURITY 39, 51
    stranger = Program(site.app)
    with stranger.get(address) as answer:
        assert answer.data == b"hello"
    site.clock.forward(seconds=299)
    with stranger.get(address) as answer:
        assert answer.status_code == 200
    site.clock.forward(seconds=2)
    assert stranger.get(address).status_code == 403


def test_an_address_fixes_name_type_and_disposition(site: Site, alice: Person) -> None:
    page = stored(alice, "page.html", b"<!doctype html><script>alert(1)</script>")  # SECURITY 31, 39
    image = stored(alice, "dot.gif", b"GIF89a" + b"\0" * 20)
    for file, query, kind in (
        (page, "", "attachment"),
        (page, "?inline=1", "attachment"),
        (image, "?inline=1", "inline"),
    ):
        with Program(site.app).get(location(alice, file, query) + "?filename=other&inline=1") as answer:
            assert answer.headers["Content-Disposition"].startswith(kind)
            assert file["name"] in answer.headers["Content-Disposition"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "html" not in answer.content_type


def test_no_page_and_no_log_shows_an_address(
    site: Site, alice: Person, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    file = stored(alice, "dot.gif", b"GIF89a" + b"\0" * 20)  # SECURITY 39, 55
    share = alice.api.post("/api/shares", {"item": file["id"]}).json["share"]["url"].removeprefix(BASE)
    for path in ("/files", f"/files/{file['id']}/details", f"/files/{file['id']}/share", "/links", "/trash", share):
        page = alice.browser.get(path)
        assert page.status == 200, path
        assert "/objects/" not in page.response.text, path
    token = share.removeprefix("/s/")
    address = location(alice, file)
    with Program(site.app).get(address) as answer:
        assert answer.status_code == 200
    Program(site.app).get(share + "/download")
    written = caplog.text + "".join(capsys.readouterr())
    assert "/s/***" in written or "/s/" in written
    assert token not in written
    assert address.removeprefix("/objects/") not in written
