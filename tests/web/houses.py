"""Two drives that begin alike, with one clock and one row of ids: what a form does on one, a call does on the other."""

import hashlib
from base64 import b32encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from smartdrive import create_app
from smartdrive.settings import Settings
from smartdrive.wiring import build
from tests.services.drive import Clock
from tests.web.reading import elements, folder, share, store, tick
from tests.web.site import LOW_COST, SECRET, Person, Program, Site

BY_CHANCE = {"password", "agent"}
"""A hash has its own salt; the device of a session is a browser here and a program there. Access tokens are random,
and so are the ids of changes."""
Things = dict[str, str]


class Still(Clock):
    """Two drives see the same time however often each looks."""

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class Row:
    """Ids in a row that begins anew before the act that is compared."""

    label: str = ""
    drawn: int = field(default=0)

    def begin(self, label: str) -> None:
        self.label, self.drawn = label, 0

    def __call__(self) -> str:
        self.drawn += 1
        return b32encode(hashlib.sha256(f"{self.label} {self.drawn}".encode()).digest()).decode().lower()[:26]


@dataclass
class House:
    """One of the two drives, its owner, what she keeps there, and a program that acts in the session of her browser."""

    site: Site
    ids: Row
    alice: Person
    things: Things

    @property
    def program(self) -> Program:
        return Program(self.site.app, self.alice.browser.cookie("access") or "")

    def records(self) -> list[dict[str, Any]]:
        """All rows in one order, without what is by chance and without budgets of which nothing is spent."""
        rows = [known(row) for row in self.site.services.table.walk() if row.get("count") != 0]
        return sorted(rows, key=lambda row: (row["pk"], row["sk"], str(row.get("name")), str(row.get("act"))))


def known(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without what is by chance."""
    chance = BY_CHANCE | ({"sk", "id", "hash"} if row["sk"].startswith("TOKEN#") else set())
    chance |= {"sk", "l1", "undoes"} if row["pk"].startswith("A#") else set()
    return {name: name if name in chance else value for name, value in row.items()}


def house(place: Path, moment: datetime) -> House:
    clock, ids = Still(moment), Row("settling in")
    settings = Settings(_env_file=None, data=place, secret=SECRET)  # type: ignore[call-arg, arg-type]
    services = build(settings, clock=clock, ids=ids)
    services = replace(services, accounts=replace(services.accounts, cost=LOW_COST))
    site = Site(create_app(services=services), services, clock)
    site.account("operator")
    alice = site.person("alice")
    things = {"papers": folder(alice, "Papers"), "a": store(alice, "a.txt"), "gone": store(alice, "gone.txt")}
    things["inner"] = folder(alice, "Inner", things["papers"])
    things["old"] = alice.api.get(f"/api/files/{things['a']}/versions").json["items"][0]["id"]
    assert alice.api.post("/api/files?filename=a.txt", data=b"new bytes").status_code == 200
    things["change"] = alice.api.delete(f"/api/files/{things['gone']}").headers["Change-Id"]
    things["token"] = share(alice, things["a"])
    things["link"] = site.services.shares.page(alice.user).items[0].link.id
    things["session"] = site.services.sessions.begin(alice.user, agent="elsewhere", address="192.0.2.7").id
    things["key"] = alice.api.post("/api/tokens", {"name": "backup", "scope": "read"}).json["id"]
    things["root"] = alice.user.root
    return House(site, ids, alice, things)


Act = Callable[[House], Any]


def form(page: str, action: str, **values: str) -> Act:
    """Open a page as a person does and send one of its forms; `{a}` in addresses is a thing of the house."""

    def act(here: House) -> None:
        here.alice.browser.get(page.format(**here.things))
        here.ids.begin("the act")
        sent = {name: value.format(**here.things) for name, value in values.items()}
        assert here.alice.browser.submit(action.format(**here.things), **sent).status in (200, 303)

    return act


def ticked(page: str, action: str, *names: str) -> Act:
    """Tick things in a list and send it."""

    def act(here: House) -> None:
        found = here.alice.browser.get(page)
        here.ids.begin("the act")
        assert (
            tick(here.alice, found, action.format(**here.things), *(here.things[each] for each in names)).status == 303
        )

    return act


def together(*names: str, verb: str, parent: str) -> Act:
    """Tick things, choose a folder for them, and send that."""

    def act(here: House) -> None:
        ids = [here.things[each] for each in names]
        found = here.alice.browser.get("/files")
        token = next(each.attrib["value"] for each in elements(found, "input", name="csrf_token"))
        data = {"csrf_token": token, "ids": ids, "verb": verb, "parent": parent.format(**here.things)}
        folder = here.things["root"]
        assert here.alice.browser.post(f"/files/{folder}/choose", data).status == 200  # type: ignore[arg-type]
        here.ids.begin("the act")
        assert here.alice.browser.post(f"/files/{folder}/put", data).status == 303  # type: ignore[arg-type]

    return act


def filled(value: Any, things: Things) -> Any:
    """The value with things of the house for `{a}`."""
    if isinstance(value, list):
        return [filled(each, things) for each in value]
    return value.format(**things) if isinstance(value, str) else value


def call(method: str, path: str, body: dict[str, Any] | None = None) -> Act:
    """The same by the API."""

    def act(here: House) -> None:
        here.ids.begin("the act")
        sent = body and {name: filled(value, here.things) for name, value in body.items()}
        answer = here.program.call(method, path.format(**here.things), sent)
        assert answer.status_code < 300, answer.text

    return act
