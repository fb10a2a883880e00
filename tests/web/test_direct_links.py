"""Direct links: an address of the bytes that lives as long as it was asked for, alike on both engines."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from smartdrive.domain.http_names import disposition
from tests.web.both import ENGINES, moto_site, real_site
from tests.web.reading import elements
from tests.web.site import Person, Program, Site, make_site

BASE = "http://127.0.0.1:8000"
NAME = "Ünïted “plan” — 計画 100 %.txt"
DAY = 24 * 60 * 60


@pytest.fixture(params=[*ENGINES, "moto"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    if request.param == "embedded":
        yield make_site(tmp_path / "data")
    else:
        yield from (moto_site if request.param == "moto" else real_site)(tmp_path / "data")


@pytest.fixture
def file_id(alice: Person) -> str:
    begun = alice.api.post("/api/files?filename=plan.txt", data=b"the plan").json["file"]["id"]
    assert alice.api.patch(f"/api/files/{begun}", {"name": NAME}).status_code == 200
    return str(begun)


def presign(alice: Person, file_id: str, seconds: object = 3600) -> dict[str, str]:
    answer = alice.api.post(f"/api/files/{file_id}/presign", {"expires_in": seconds})
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json
    return found


def fetched(site: Site, url: str) -> tuple[int, str, bytes]:
    """Status, disposition and bytes that anybody gets at the address."""
    if url.startswith(BASE):
        with Program(site.app).get(url.removeprefix(BASE)) as own:
            return own.status_code, own.headers.get("Content-Disposition", ""), own.data
    answer = requests.get(url, timeout=60)
    return answer.status_code, answer.headers.get("Content-Disposition", ""), answer.content


def test_it_opens_for_anybody_with_its_exact_name(site: Site, alice: Person, file_id: str) -> None:
    made = presign(alice, file_id)  # SECURITY 30, 31
    assert set(made) == {"url", "expires_at"}
    status, given, data = fetched(site, made["url"])
    assert (status, data) == (200, b"the plan")
    assert given.encode("latin-1").decode() == disposition(NAME, inline=False)


def test_it_says_its_true_end(site: Site, alice: Person, file_id: str) -> None:  # SECURITY 39
    for seconds in (60, 3600, 7 * DAY):
        made = presign(alice, file_id, seconds)
        end = datetime.fromisoformat(made["expires_at"])
        assert abs(end - site.clock.moment - timedelta(seconds=seconds)) < timedelta(seconds=1)
        signed = parse_qs(urlsplit(made["url"]).query).get("X-Amz-Expires", [str(seconds)])
        assert signed == [str(seconds)]


def test_no_shorter_than_a_minute_and_no_longer_than_a_week(alice: Person, file_id: str) -> None:
    for seconds in (59, 7 * DAY + 1, 0, -1, 10**30):
        answer = alice.api.post(f"/api/files/{file_id}/presign", {"expires_in": seconds})
        assert answer.status_code == 400, seconds
        assert answer.json["title"] == "A direct link lasts at least a minute and at most 7 days."
        assert list(answer.json["fields"]) == ["expires_in"]
    for body in ({}, {"expires_in": "3600"}, {"expires_in": 60.5}, {"expires_in": None}):
        answer = alice.api.post(f"/api/files/{file_id}/presign", body)
        assert (answer.status_code, list(answer.json["fields"])) == (400, ["expires_in"]), body


def test_only_files_have_one(alice: Person) -> None:
    folder = alice.api.post("/api/folders", {"parent": "root", "name": "Papers"}).json["folder"]["id"]
    for nothing in (folder, "root", "a" * 26):
        assert alice.api.post(f"/api/files/{nothing}/presign", {"expires_in": 3600}).status_code == 404
    assert "Direct link" not in alice.browser.get(f"/files/{folder}/share").text


def test_it_outlives_the_trash_and_ends_with_the_bytes(site: Site, alice: Person, file_id: str) -> None:
    made = presign(alice, file_id, 7 * DAY)
    alice.api.delete(f"/api/files/{file_id}")
    assert fetched(site, made["url"])[0] == 200
    assert alice.api.post(f"/api/files/{file_id}/presign", {"expires_in": 3600}).status_code == 404
    alice.api.delete(f"/api/trash/{file_id}")
    site.clock.forward(minutes=20)
    for _ in range(3):
        site.services.upkeep.purge_round()
    assert fetched(site, made["url"])[0] in (403, 404), "S3 does not tell everybody what it has not"


def test_the_form_shows_each_true_end_before_it_makes_one(site: Site, alice: Person, file_id: str) -> None:
    path = f"/files/{file_id}/share"
    page = alice.browser.get(path)
    assert "Nobody can end it sooner, not even you" in page.text
    week = site.clock.moment + timedelta(days=7)
    assert f"7 days, on {week.day} {week:%b %Y, %H:%M}" in page.text
    assert not list(elements(page, "input", id="direct-address"))
    page = alice.browser.submit(f"/files/{file_id}/direct", expires_in=str(7 * DAY))
    assert page.status == 200
    assert f"Works until {week:%A} {week.day} {week:%B %Y, %H:%M}" in page.text
    address = next(elements(page, "input", id="direct-address")).attrib["value"]
    assert fetched(site, address)[2] == b"the plan"
    assert site.services.shares.page(alice.user).items == [], "no link of ours is made along with it"


def test_a_wrong_time_is_said_in_the_form(alice: Person, file_id: str) -> None:
    alice.browser.get(f"/files/{file_id}/share")
    page = alice.browser.submit(f"/files/{file_id}/direct", expires_in="1")
    assert page.status == 400
    assert "Not a valid choice." in page.text
    assert not list(elements(page, "input", id="direct-address"))


def test_its_address_stands_in_the_one_answer_and_nowhere_else(
    site: Site,
    alice: Person,
    file_id: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = f"/files/{file_id}/share"  # SECURITY 39, 55
    alice.browser.get(path)
    page = alice.browser.submit(f"/files/{file_id}/direct", expires_in="3600")
    address = next(elements(page, "input", id="direct-address")).attrib["value"]
    assert page.response.headers["Cache-Control"] == "no-store"
    fetched(site, address)
    secret = address.rpartition("/objects/")[2] if address.startswith(BASE) else address.rpartition("Signature=")[2]
    for other in ("/files", f"/files/{file_id}/details", path, "/links", f"/api/files/{file_id}"):
        assert secret not in alice.browser.get(other).response.get_data(as_text=True), other
    assert secret not in caplog.text + "".join(capsys.readouterr())


def test_on_disk_it_ends_to_the_second(tmp_path: Path) -> None:
    site = make_site(tmp_path / "data")  # SECURITY 39, 51
    alice = site.person("alice")
    made = presign(alice, alice.api.post("/api/files?filename=a", data=b"a").json["file"]["id"], 2 * DAY)
    site.clock.forward(seconds=2 * DAY - 2)
    assert fetched(site, made["url"])[0] == 200
    site.clock.forward(seconds=2)
    assert site.clock.moment < datetime.fromisoformat(made["expires_at"]) + timedelta(seconds=1)
    assert fetched(site, made["url"])[0] == 403


def test_on_disk_it_outlives_a_restart_and_a_rotated_secret(tmp_path: Path) -> None:
    old, new = ("an old secret, long enough for tests: 01234", "a new secret, long enough for tests: 56789")
    site = make_site(tmp_path / "data", secret=old)
    alice = site.person("alice")
    made = presign(alice, alice.api.post("/api/files?filename=a", data=b"a").json["file"]["id"])
    for settings, status in (
        ({"secret": old}, 200),
        ({"secret": new, "secret_previous": old}, 200),
        ({"secret": new}, 403),
    ):
        assert fetched(make_site(tmp_path / "data", **settings), made["url"])[0] == status
