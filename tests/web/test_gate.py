"""The one gate: who may call what is written down, and nothing is open by accident."""

from pathlib import Path

import pytest
from flask import Blueprint, Flask

from smartdrive.web import gate
from smartdrive.web.access import Access, access_of, operator
from tests.web.access_table import KEPT, table
from tests.web.site import Person, Site


def test_the_access_table_is_as_agreed(app: Flask) -> None:
    found = table(app)
    print(found)
    assert found.splitlines() == KEPT.read_text("utf-8").splitlines()


def example(app: Flask, rule: str, arguments: set[str]) -> str:
    for name in arguments:
        for shape in (f"<{name}>", f"<int:{name}>", f"<path:{name}>"):
            rule = rule.replace(shape, "1")
    return rule


def test_strangers_get_one_401_everywhere(site: Site) -> None:  # SECURITY 11, 16
    asked = 0
    for rule in site.app.url_map.iter_rules():
        if access_of(site.app.view_functions[rule.endpoint]) is Access.PUBLIC:
            continue
        path = example(site.app, rule.rule, rule.arguments)
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            answer = site.stranger().call(method, path, headers={"Accept": "application/json"})
            assert answer.status_code == 401, (method, path)
            asked += 1
    assert asked > 40


def test_a_view_without_a_mark_stops_the_start(app: Flask) -> None:
    gate.check(app)
    app.add_url_rule("/open", "open", lambda: "open")
    with pytest.raises(LookupError, match="open"):
        gate.check(app)


def test_a_view_without_a_mark_is_refused_all_the_same(site: Site, alice: Person) -> None:
    site.app.view_functions["unmarked"] = lambda: "secret"
    site.app.url_map.add(site.app.url_rule_class("/unmarked", endpoint="unmarked", methods=["GET"]))
    for program in (site.stranger(), alice.api):
        answer = program.get("/unmarked", headers={"Accept": "application/json"})
        assert (answer.status_code, b"secret" in answer.data) == (403, False)


def test_the_operators_views_are_the_operators(tmp_path: Path, site: Site) -> None:
    machine = Blueprint("machine", __name__)
    machine.add_url_rule("/machine", "room", operator(lambda: "engine room"))
    site.app.register_blueprint(machine)
    alice, bob = site.person("alice"), site.person("bob")
    assert alice.api.get("/machine").text == "engine room"
    assert bob.api.get("/machine").status_code == 403
    assert site.stranger().get("/machine", headers={"Accept": "application/json"}).status_code == 401


def test_unknown_addresses_are_404_for_everybody(site: Site, alice: Person) -> None:
    for path in ("/nothing", "/api/nothing", "/api/../etc/passwd", "/%00", "/files/%ff"):
        assert site.stranger().get(path, headers={"Accept": "application/json"}).status_code in (404, 401)
        assert alice.api.get(path).status_code == 404
