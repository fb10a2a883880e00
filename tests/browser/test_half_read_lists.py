"""Everything was selected, and not everything is there yet: nothing is done with a part of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Request, Route, expect

from tests.browser.catching import catch
from tests.browser.held import Held
from tests.browser.loading import fill
from tests.browser.seats import Seat

pytestmark = pytest.mark.browser
ALL = 203
NEXT = "**/files?*after=*"
SENTENCE = "The shelves are being moved."
REFUSAL = f"<main><h1>Back in a moment</h1><p>{SENTENCE}</p></main>"


@pytest.fixture
def long(seat: Seat) -> Seat:
    """Somebody at a list that is a little longer than a page of it."""
    fill(seat.owner, ALL)
    seat.open()
    seat.page.locator("#main tr[data-id]").first.focus()
    return seat


@pytest.fixture
def deletions(long: Seat) -> list[str]:
    """What the page asks to have deleted."""
    found: list[str] = []

    def note(request: Request) -> None:
        if request.method == "DELETE" or request.url.endswith("/api/bulk"):
            found.append(request.url)

    long.page.on("request", note)
    return found


def counted(seat: Seat, words: str) -> None:
    expect(seat.page.locator("[data-count]")).to_have_text(words)


def refuse(seat: Seat, status: int, **headers: str) -> Callable[[Route], None]:
    seat.eyes.refused.add(seat.page.evaluate("document.querySelector('[data-more] a').href"))

    def answer(route: Route) -> None:
        route.fulfill(status=status, content_type="text/html", body=REFUSAL, headers=headers)

    return answer


def by_key(seat: Seat) -> None:
    seat.page.keyboard.press("Delete")


def by_button(seat: Seat) -> None:
    seat.page.locator("[data-selection] [data-act=trash]").click()


@pytest.mark.parametrize("delete", [by_key, by_button])
def test_who_leaves_while_the_list_is_read_deletes_nothing(
    long: Seat, deletions: list[str], delete: Callable[[Seat], None]
) -> None:
    held = Held(long.page)
    held.next(NEXT)
    long.page.keyboard.press("Control+a")
    held.wait()
    delete(long)
    long.hands.go("settings", "Settings")
    long.page.wait_for_timeout(300)
    assert deletions == []
    long.hands.go("files", "My files")
    assert long.page.locator("#main tr[data-id]").count() == 200


def test_what_was_chosen_instead_is_not_deleted_in_its_place(long: Seat, deletions: list[str]) -> None:
    held = Held(long.page)
    held.next(NEXT)
    long.page.keyboard.press("Control+a")
    held.wait()
    long.page.keyboard.press("Delete")
    long.page.locator("#main tr[data-id] .file-when").nth(2).click()
    counted(long, "1 selected")
    held.let_go()
    expect(long.page.locator("#main tr[data-id]")).to_have_count(ALL)
    long.page.wait_for_timeout(300)
    assert deletions == []


def test_everything_is_everything_also_the_second_time(long: Seat) -> None:
    held = Held(long.page)
    held.next(NEXT)
    long.page.keyboard.press("Control+a")
    held.wait()
    long.page.keyboard.press("Escape")
    assert long.selected() == []
    long.page.keyboard.press("Control+a")
    counted(long, "200 selected, reading on")
    held.let_go()
    counted(long, f"{ALL} selected")
    assert len(long.selected()) == ALL


def try_again(seat: Seat, words: str) -> Locator:
    return seat.hands.toast(words).get_by_role("button", name="Try again")


def test_a_page_of_the_list_that_is_refused_is_not_passed_over_in_silence(long: Seat) -> None:
    catch(long.page, NEXT, refuse(long, 500), times=1)
    long.page.get_by_role("link", name="Load more").click()
    expect(try_again(long, SENTENCE)).to_be_visible()
    try_again(long, SENTENCE).click()
    expect(long.page.locator("#main tr[data-id]")).to_have_count(ALL)


def test_selecting_goes_on_where_it_was_refused(long: Seat) -> None:
    catch(long.page, NEXT, refuse(long, 500), times=1)
    long.page.keyboard.press("Control+a")
    expect(try_again(long, SENTENCE)).to_be_visible()
    counted(long, "200 selected")
    try_again(long, SENTENCE).click()
    counted(long, f"{ALL} selected")


def test_nothing_is_done_with_a_part_of_what_was_meant(long: Seat, deletions: list[str]) -> None:
    held = Held(long.page)
    held.next(NEXT)
    long.page.keyboard.press("Control+a")
    held.wait()
    long.page.keyboard.press("Delete")
    refusing = refuse(long, 500)
    held.refuse(refusing)
    expect(long.hands.toast("Nothing was done")).to_be_visible()
    assert deletions == []
    try_again(long, "Nothing was done").click()
    counted(long, f"{ALL} selected")
    assert deletions == []


def test_a_drive_that_asks_for_patience_gets_it(long: Seat) -> None:
    answers: list[float] = []
    refusing = refuse(long, 503, **{"Retry-After": "1"})

    def once(route: Route) -> None:
        answers.append(long.page.evaluate("performance.now()"))
        refusing(route)

    catch(long.page, NEXT, once, times=1)
    long.page.keyboard.press("Control+a")
    counted(long, f"{ALL} selected")
    assert long.page.evaluate("performance.now()") - answers[0] >= 1000
    assert long.page.locator("#toasts > *").count() == 0
