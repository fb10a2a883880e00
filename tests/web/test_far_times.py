"""Files dated at either end of the calendar: taken, and shown in every zone."""

import pytest

from tests.web.site import Person

FAR = [
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-12:00",
    "9999-12-31T23:59:59.999999-23:59",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
@pytest.mark.parametrize("mtime", FAR)
def test_a_file_of_any_date_is_shown_with_its_folder(alice: Person, mtime: str, zone: str) -> None:
    """SECURITY 41."""
    assert alice.api.patch("/api/me", {"timezone": zone}).status_code == 200
    begun = alice.api.post("/api/uploads", {"name": "far.txt", "size": 3, "mtime": mtime, "parent": "root"})
    assert begun.status_code == 201, begun.text
    assert alice.api.call("PUT", begun.json["url"], data=b"abc").status_code == 200
    file = alice.api.post(f"/api/uploads/{begun.json['id']}/complete").json["file"]
    year = "1970" if mtime < "1970" else "9999"
    assert file["modified"].startswith(year)
    for path in ("/files", "/files?sort=-modified", f"/files/{file['id']}/details"):
        page = alice.browser.get(path)
        assert (page.status, "far.txt" in page.text) == (200, True), path


@pytest.mark.parametrize("mtime", FAR)
def test_a_far_date_stops_no_other_of_a_batch(alice: Person, mtime: str) -> None:
    items = [{"name": "near", "size": 3}, {"name": "far", "size": 3, "mtime": mtime}]
    answer = alice.api.post("/api/uploads/batch", {"items": items})
    assert [each["status"] for each in answer.json["results"]] == [201, 201], answer.text


@pytest.mark.parametrize("expires_at", FAR)
def test_an_end_beyond_the_calendar_is_a_sentence(alice: Person, expires_at: str) -> None:
    item = alice.api.post("/api/folders", {"parent": "root", "name": "f"}).json["folder"]["id"]
    for path, wanted in (("/api/shares", {"item": item}), ("/api/tokens", {"name": "t", "scope": "read"})):
        answer = alice.api.post(path, {**wanted, "expires_at": expires_at})
        assert (answer.status_code, answer.json["code"]) == (400, "bad_input"), answer.text
