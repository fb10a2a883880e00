"""Pages of links, in a browser without scripts: their owner's, and the one that whoever has a link sees."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.web.reading import elements, folder, link_of, share, store, three_things
from tests.web.site import Person, Site, make_site


@pytest.fixture
def three(alice: Person) -> dict[str, str]:
    return three_things(alice)


def ends(site: Site, alice: Person) -> Callable[[], list[datetime]]:
    return lambda: [shown.link.expires for shown in site.services.shares.page(alice.user).items]


def test_a_link_is_made_changed_and_ended_by_forms(site: Site, alice: Person, three: dict[str, str]) -> None:
    path, found = f"/files/{three['a']}/share", ends(site, alice)
    page = alice.browser.get(path)
    assert "Create link" in page.text
    assert found() == []
    assert alice.browser.submit(path, expires_in="3600").status == 303
    assert found()[0] - site.clock.moment < timedelta(hours=1)
    page = alice.browser.get(path)
    assert "Stops working" in page.text
    [link] = site.services.shares.page(alice.user).items
    assert next(elements(page, "input", id=f"link-{link.link.id}")).attrib["value"] == link.url
    assert alice.browser.submit(f"/links/{link.link.id}/end", expires_in="2592000").status == 303
    assert found()[0] - site.clock.moment > timedelta(days=29)
    alice.browser.get(path)
    assert alice.browser.submit(f"/links/{link.link.id}/revoke").location == path
    assert found() == []


def test_a_link_ends_with_the_day_that_is_chosen_where_one_is(site: Site, alice: Person, three: dict[str, str]) -> None:
    path = f"/files/{three['a']}/share"
    day = (site.clock.moment + timedelta(days=10)).date()
    alice.browser.client.set_cookie("tz", "Asia/Tokyo")
    alice.browser.get(path)
    assert alice.browser.submit(path, expires_in="date", date=day.isoformat()).status == 303
    assert ends(site, alice)()[0].strftime("%Y-%m-%d %H:%M") == f"{day} 14:59", "UTC is nine hours behind"
    assert f"{day.day} {day:%B %Y}, 23:59" in alice.browser.get(path).text


def test_without_scripts_a_day_that_is_filled_in_is_meant(site: Site, alice: Person, three: dict[str, str]) -> None:
    path = f"/files/{three['a']}/share"
    day = (site.clock.moment + timedelta(days=3)).date()
    alice.browser.get(path)
    assert alice.browser.submit(path, expires_in="2592000", date=day.isoformat()).status == 303
    assert ends(site, alice)()[0].date() == day


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"expires_in": "date"}, "Say on which day it ends."),
        ({"expires_in": "date", "date": "2001-01-01"}, "A link lasts at least an hour and at most a year."),
        ({"expires_in": "date", "date": "soon"}, "Not a valid date value."),
        ({"expires_in": "1"}, "Not a valid choice."),
    ],
)
def test_a_wrong_end_is_said_in_the_form(
    site: Site, alice: Person, three: dict[str, str], wrong: dict[str, str], sentence: str
) -> None:
    path = f"/files/{three['a']}/share"
    alice.browser.get(path)
    page = alice.browser.submit(path, **wrong)
    assert page.status == 400
    assert sentence in page.text
    assert ends(site, alice)() == []


def test_the_list_of_links_says_how_each_one_stands(site: Site, alice: Person, three: dict[str, str]) -> None:
    path, _ = share(alice, three["a"]), share(alice, three["b"])
    assert alice.browser.client.get(f"{path}/download").status_code == 302
    alice.api.delete(f"/api/files/{three['b']}")
    text = alice.browser.get("/links").text
    assert "1 download" in text
    assert "In the trash" in text
    site.clock.forward(days=8)
    fresh = site.signed_in_browser(alice.user.email, alice.password)
    assert fresh.get("/links").text.count("Stopped working") == 2


@pytest.mark.parametrize(("url", "said"), [("http://127.0.0.1:8000", True), ("http://drive.example", False)])
def test_links_of_a_drive_that_only_this_computer_reaches_say_so(
    tmp_path_factory: pytest.TempPathFactory, url: str, said: bool
) -> None:
    site = make_site(tmp_path_factory.mktemp("here") / "data", public_url=url)
    alice = site.person("alice")
    file = store(alice, "a.txt")
    share(alice, file)
    for path in (f"/files/{file}/share", "/links"):
        assert ("answers on this computer only" in alice.browser.get(path).text) is said


def test_whoever_has_a_link_sees_what_it_leads_to_and_no_more(site: Site, alice: Person, three: dict[str, str]) -> None:
    inner = folder(alice, "Inner", three["Bills"])
    inside = store(alice, "Bills/Inner/roof.txt", b"a roof")
    path, stranger = share(alice, three["Bills"]), site.browser()
    page = stranger.get(path)
    assert (page.status, page.heading) == (200, "Bills")
    assert "from Alice" in page.text
    assert "My files" not in page.text
    page = stranger.get(link_of(page, "Inner"))
    assert page.heading == "Inner"
    assert link_of(page, "Bills") == path
    page = stranger.get(link_of(page, "roof.txt"))
    assert page.heading == "roof.txt"
    assert link_of(page, "Back to Inner") == f"{path}/f/{inner}"
    assert link_of(page, "Download") == f"{path}/f/{inside}/download"
    assert page.response.headers["X-Robots-Tag"] == "noindex"
    assert stranger.get(f"{path}/f/{three['a']}").status == 404


def test_a_link_that_is_over_says_nothing_of_what_it_was(site: Site, alice: Person, three: dict[str, str]) -> None:
    path, stranger = share(alice, three["a"]), site.browser()  # SECURITY 18
    unknown = stranger.get("/s/" + "A" * 22)
    site.clock.forward(days=8)
    over = stranger.get(path)
    assert (over.status, unknown.status) == (404, 404)
    assert over.text == unknown.text
    assert "a.txt" not in over.response.text


@pytest.mark.parametrize("way", ["details", "share", "move"])
def test_somebody_elses_thing_has_no_pages(alice: Person, carol: Person, three: dict[str, str], way: str) -> None:
    for item in (three["a"], three["Bills"]):  # SECURITY 16
        assert carol.browser.get(f"/files/{item}/{way}").status == 404
