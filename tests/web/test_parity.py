"""A form of a page and the same act by the API leave the same records: two drives, one clock, one row of ids."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.web.houses import Act, House, call, form, house, ticked, together

NEW_PASSWORD = "nine brown foxes jump"
WEEK, DAY = 604_800, 86_400


def upload_form(here: House) -> None:
    page = here.alice.browser.get("/files")
    here.ids.begin("the act")
    data = {**page.form("/api/upload").values, "file": (io.BytesIO(b"new"), "new.txt", "text/plain")}
    answer = here.alice.browser.client.post("/api/upload", data=data, headers={"Accept": "text/html"})
    assert answer.status_code == 303


def upload_call(here: House) -> None:
    here.ids.begin("the act")
    wanted = {"name": "new.txt", "size": 3, "type": "text/plain", "conflict": "keep_both"}
    begun = here.program.post("/api/uploads", wanted).json
    put = here.site.app.test_client().put(begun["url"], data=b"new", headers=begun["headers"])
    assert put.status_code == 200
    assert here.program.post(f"/api/uploads/{begun['id']}/complete").status_code == 201


def register_form(here: House) -> None:
    browser = here.site.browser()
    browser.get("/register")
    here.ids.begin("the act")
    assert browser.submit("/register", name="Bob", email="bob@example.com", password=NEW_PASSWORD).status == 303


def register_call(here: House) -> None:
    """The form signs in along with it; the API does that by a call of its own."""
    here.ids.begin("the act")
    body = {"email": "bob@example.com", "password": NEW_PASSWORD}
    assert here.site.stranger().post("/api/auth/register", {**body, "name": "Bob"}).status_code == 201
    assert here.site.stranger().post("/api/auth/login", body).status_code == 200


def log_in_form(here: House) -> None:
    browser = here.site.browser()
    browser.get("/login")
    here.ids.begin("the act")
    assert browser.submit("/login", email="alice@example.com", password=here.alice.password).status == 303


def log_in_call(here: House) -> None:
    here.ids.begin("the act")
    body = {"email": "alice@example.com", "password": here.alice.password}
    assert here.site.stranger().post("/api/auth/login", body).status_code == 200


SHARE, OWN_PASSWORD = "/files/{a}/share", "alice likes 4 long walks"
ACTS: dict[str, tuple[Act, Act]] = {
    "register": (register_form, register_call),
    "log in": (log_in_form, log_in_call),
    "folder": (
        form("/files", "/files/{root}/new-folder", name="Bills"),
        call("POST", "/api/folders", {"parent": "root", "name": "Bills"}),
    ),
    "upload": (upload_form, upload_call),
    "rename": (
        form("/files/{a}/details", "/files/{a}/rename", name="b.txt"),
        call("PATCH", "/api/files/{a}", {"name": "b.txt"}),
    ),
    "rename a folder": (
        form("/files/{papers}/details", "/files/{papers}/rename", name="Old papers"),
        call("PATCH", "/api/folders/{papers}", {"name": "Old papers"}),
    ),
    "star": (
        form("/files/{a}/details", "/files/{a}/star", starred="1"),
        call("PATCH", "/api/files/{a}", {"starred": True}),
    ),
    "star a folder": (
        form("/files/{papers}/details", "/files/{papers}/star", starred="1"),
        call("PATCH", "/api/folders/{papers}", {"starred": True}),
    ),
    "restore a version": (
        form("/files/{a}/details", "/files/{a}/versions/{old}/restore"),
        call("POST", "/api/files/{a}/versions/{old}/restore"),
    ),
    "name a version": (
        form("/files/{a}/versions", "/files/{a}/versions/{old}/name", name="as it was"),
        call("PATCH", "/api/files/{a}/versions/{old}", {"name": "as it was"}),
    ),
    "delete a version": (
        form("/files/{a}/versions/{old}", "/files/{a}/versions/{old}/delete"),
        call("DELETE", "/api/files/{a}/versions/{old}"),
    ),
    "move": (
        form("/files/{a}/move?into={inner}", "/files/{a}/move", parent="{inner}"),
        call("PATCH", "/api/files/{a}", {"parent": "{inner}"}),
    ),
    "move a folder": (
        form("/files/{inner}/move?into={root}", "/files/{inner}/move"),
        call("PATCH", "/api/folders/{inner}", {"parent": "root"}),
    ),
    "copy": (
        together("a", verb="copy", parent="{inner}"),
        call("POST", "/api/bulk", {"action": "copy", "ids": ["{a}"], "target": "{inner}"}),
    ),
    "copy a folder": (
        together("inner", verb="copy", parent="{root}"),
        call("POST", "/api/bulk", {"action": "copy", "ids": ["{inner}"], "target": "root"}),
    ),
    "move several": (
        together("a", "inner", verb="move", parent="{root}"),
        call("POST", "/api/bulk", {"action": "move", "ids": ["{a}", "{inner}"], "target": "root"}),
    ),
    "trash several": (
        ticked("/files", "/files/{root}/delete", "a", "papers"),
        call("POST", "/api/bulk", {"action": "trash", "ids": ["{a}", "{papers}"]}),
    ),
    "trash": (ticked("/files", "/files/{root}/delete", "a"), call("DELETE", "/api/files/{a}")),
    "trash a folder": (ticked("/files", "/files/{root}/delete", "papers"), call("DELETE", "/api/folders/{papers}")),
    "restore": (ticked("/trash", "/trash/restore", "gone"), call("POST", "/api/trash/{gone}/restore")),
    "undo": (form("/activity", "/activity/undo", change="{change}"), call("POST", "/api/undo", {"change": "{change}"})),
    "delete for ever": (ticked("/trash", "/trash/purge", "gone"), call("DELETE", "/api/trash/{gone}")),
    "empty the trash": (form("/trash", "/trash/empty"), call("DELETE", "/api/trash")),
    "make a link": (
        form("/files/{papers}/share", "/files/{papers}/share", expires_in=str(WEEK)),
        call("POST", "/api/shares", {"item": "{papers}", "expires_in": WEEK}),
    ),
    "end a link later": (
        form(SHARE, "/links/{link}/end", expires_in=str(DAY)),
        call("PATCH", "/api/shares/{link}", {"expires_in": DAY}),
    ),
    "revoke a link": (form(SHARE, "/links/{link}/revoke"), call("DELETE", "/api/shares/{link}")),
    "make an access token": (
        form("/settings", "/settings/tokens#tokens", name="nightly", scope="write"),
        call("POST", "/api/tokens", {"name": "nightly", "scope": "write", "expires_in": 90 * DAY}),
    ),
    "revoke an access token": (
        form("/settings", "/settings/tokens/revoke", token="{key}"),
        call("DELETE", "/api/tokens/{key}"),
    ),
    "end a session": (
        form("/settings", "/settings/sessions/end", session="{session}"),
        call("DELETE", "/api/sessions/{session}"),
    ),
    "log out": (form("/files", "/logout"), call("POST", "/api/auth/logout")),
    "delete the account": (
        form("/settings", "/settings/delete-account", password=OWN_PASSWORD),
        call("DELETE", "/api/me", {"password": OWN_PASSWORD}),
    ),
    "change the password": (
        form("/settings", "/settings/password", current=OWN_PASSWORD, password=NEW_PASSWORD),
        call("POST", "/api/me/password", {"current": OWN_PASSWORD, "password": NEW_PASSWORD}),
    ),
    "change the profile": (
        form("/settings", "/settings/profile", name="Ana", timezone="Europe/Berlin"),
        call("PATCH", "/api/me", {"name": "Ana", "timezone": "Europe/Berlin"}),
    ),
    "choose a theme": (
        form("/settings", "/settings/theme", theme="dark"),
        call("PATCH", "/api/me", {"theme": "dark"}),
    ),
}


@pytest.fixture
def houses(tmp_path: Path) -> tuple[House, House]:
    moment = datetime.now(UTC)
    return house(tmp_path / "one", moment), house(tmp_path / "two", moment)


def test_both_drives_begin_alike(houses: tuple[House, House]) -> None:
    one, two = houses
    chance = {"key": "", "change": ""}
    assert one.things | chance == two.things | chance
    assert one.records() == two.records()


@pytest.mark.parametrize("name", ACTS)
def test_form_and_call_leave_the_same_records(houses: tuple[House, House], name: str) -> None:
    one, two = houses
    before = one.records()
    by_form, by_call = ACTS[name]
    by_form(one)
    by_call(two)
    assert one.records() != before, "the act changed nothing"
    assert one.records() == two.records()
