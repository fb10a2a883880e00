"""The tray: taken names, stopping and going on, folders, and what is remembered and said."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.browser.catching import catch
from tests.browser.desks import Desk, Stand, make_file, new_desk
from tests.browser.hands import arrived, at_work

pytestmark = pytest.mark.browser
LONG_AGO = "Date.now() - 8 * 24 * 60 * 60 * 1000"
HAS_ALL = """async ([folder, count]) => {
  const answer = await fetch(`/api/folders/${folder}?limit=200`);
  return (await answer.json()).items.length === count;
}"""
HEAR = """() => {
  window.said = [];
  const hear = (id) => new MutationObserver(() => {
    const text = document.getElementById(id).textContent;
    if (text) said.push([id, text]);
  }).observe(document.getElementById(id), { childList: true });
  hear("live");
  hear("live-urgent");
}"""


@pytest.fixture
def desk(browser: Browser, stand: Stand) -> Desk:
    return new_desk(browser, stand)


def used(desk: Desk) -> int:
    return int(desk.page.request.get(f"{desk.stand.app.url}/api/me/usage").json()["used"])


def remembered(page: Page) -> list[str]:
    names: list[str] = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('drive.upload.'))")
    return names


def drag(page: Page, path: Path) -> None:
    """From the desktop over the page, as long as it takes the page to notice, and drop."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}

    def step(kind: str) -> None:
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 600, "y": 400, "data": data})

    step("dragEnter")
    while page.locator("#drop-cover").is_hidden():
        step("dragOver")
        page.wait_for_timeout(100)
    expect(page.locator("#drop-cover")).to_contain_text("Drop to upload to My files")
    step("drop")


def test_replace_keeps_the_file_and_changes_its_bytes(desk: Desk, tmp_path: Path) -> None:
    file = make_file(tmp_path, "lease.pdf", 2000)
    desk.pick(file)
    desk.wait_done()
    before = desk.items()["lease.pdf"]
    file.write_bytes(b"new bytes")
    desk.pick(file)
    expect(desk.page.locator("#conflict")).to_contain_text("“lease.pdf” is there already")
    expect(desk.page.locator("#conflict [data-old]")).to_contain_text("2 KB")
    expect(desk.page.locator("#conflict [data-new]")).to_contain_text("9 bytes")
    desk.press("Replace")
    desk.wait_done(2)
    desk.assert_has(file)
    assert desk.items()["lease.pdf"]["id"] == before["id"]


def test_one_answer_for_the_rest(desk: Desk, tmp_path: Path) -> None:
    files = [make_file(tmp_path, f"page {number}.txt", 100 + number) for number in range(4)]
    desk.pick(*files[:3])
    desk.wait_done(3)
    desk.pick(*files)
    expect(desk.page.locator("#conflict")).to_be_visible()
    desk.press("Keep both")
    expect(desk.page.locator("#conflict [data-name]")).to_contain_text("is there already")
    desk.page.locator("#conflict [data-rest]").check()
    desk.press("Skip")
    expect(desk.page.locator("#tray-title")).to_have_text("5 files uploaded")
    assert sorted(desk.items()) == sorted([file.name for file in files] + ["page 0 (1).txt"])


def test_a_file_never_replaces_a_folder(desk: Desk, tmp_path: Path) -> None:
    url = f"{desk.stand.app.url}/api/folders"
    token = desk.page.get_attribute("meta[name=csrf-token]", "content") or ""
    desk.page.request.post(url, data={"parent": "root", "name": "plans"}, headers={"X-CSRF-Token": token})
    desk.pick(make_file(tmp_path, "plans", 10))
    expect(desk.page.locator("#conflict [data-old]")).to_have_text("A folder")
    expect(desk.page.get_by_role("button", name="Replace")).to_be_hidden()
    desk.page.keyboard.press("Escape")
    desk.says("Paused")


def test_cancel_gives_the_room_back(desk: Desk, tmp_path: Path) -> None:
    desk.begin(make_file(tmp_path, "film.mp4", 40_000_000), 5)
    assert used(desk) == 40_000_000
    desk.press("Cancel film.mp4")
    desk.says("Cancelled")
    expect(desk.page.locator("#tray-title")).to_have_text("0 files uploaded")
    desk.page.wait_for_function("async () => !(await (await fetch('/api/uploads')).json()).items.length")
    assert used(desk) == 0
    assert remembered(desk.page) == []


def test_no_room_stops_the_file_and_no_other(desk: Desk, tmp_path: Path) -> None:
    huge = tmp_path / "huge.img"
    with huge.open("wb") as handle:
        handle.truncate(11 * 10**9)
    small = make_file(tmp_path, "small.txt", 10)
    desk.pick(huge, small)
    desk.says("There is not enough room left in this drive.")
    desk.says("Done")
    desk.assert_has(small)


def test_a_refused_address_is_signed_anew(desk: Desk, tmp_path: Path) -> None:
    refused: list[str] = []

    def refuse_first(route: Route) -> None:
        if route.request.method == "PUT" and not refused:
            refused.append(route.request.url)
            route.fulfill(status=403)
        else:
            route.continue_()

    catch(desk.page, "**/objects/**", refuse_first)
    file = make_file(tmp_path, "note.txt", 5000)
    with desk.page.expect_request("**/sign"):
        desk.pick(file)
    desk.wait_done()
    desk.assert_has(file)


def test_an_upload_that_is_gone_begins_again(desk: Desk, tmp_path: Path) -> None:
    file = make_file(tmp_path, "film.mp4", 40_000_000)
    desk.begin(file, 10)
    token = desk.page.get_attribute("meta[name=csrf-token]", "content") or ""
    gone = desk.page.request.delete(
        f"{desk.stand.app.url}/api/uploads/{desk.open_uploads()[0]['id']}", headers={"X-CSRF-Token": token}
    )
    assert gone.status == 204
    desk.stand.let_go()
    desk.wait_done()
    desk.assert_has(file)


def test_a_file_that_vanishes_says_so(desk: Desk, tmp_path: Path) -> None:
    file = make_file(tmp_path, "film.mp4", 100_000_000)
    desk.begin(file, 2)
    file.unlink()
    with desk.stand.cut_off():
        desk.stand.let_go()
    desk.says("The file cannot be read any more")


def test_a_folder_keeps_its_shape(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "Plans" / "2026").mkdir(parents=True)
    make_file(tmp_path, "Plans/roof.dwg", 300)
    inner = make_file(tmp_path, "Plans/2026/cellar.dwg", 400)
    desk.page.set_input_files("#pick-folder", str(tmp_path / "Plans"))
    desk.wait_done(2)
    expect(desk.page.locator("#main").get_by_role("link", name="Plans", exact=True)).to_be_visible()
    desk.page.goto(f"{desk.stand.app.url}/files/{desk.items()['Plans']['id']}")
    assert sorted(desk.items()) == ["2026", "roof.dwg"]
    desk.page.goto(f"{desk.stand.app.url}/files/{desk.items()['2026']['id']}")
    desk.assert_has(inner)


def test_a_dropped_folder_arrives_whole(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "Drop" / "empty").mkdir(parents=True)
    for number in range(130):
        make_file(tmp_path, f"Drop/{number}.txt", number)
    drag(desk.page, tmp_path / "Drop")
    expect(desk.page.locator("#drop-cover")).to_be_hidden()
    desk.wait_done(130)
    folder = desk.items()["Drop"]["id"]
    desk.page.wait_for_function(HAS_ALL, arg=[folder, 131])
    desk.page.goto(f"{desk.stand.app.url}/files/{folder}")
    assert len(desk.items()) == 131
    assert desk.items()["empty"]["kind"] == "folder"


def test_uploads_go_on_while_one_looks_at_other_folders(desk: Desk, tmp_path: Path) -> None:
    file = make_file(tmp_path, "film.mp4", 50_000_000)
    desk.page.evaluate("window.samePage = true")
    desk.begin(file, 10)
    desk.page.get_by_role("link", name="Trash").first.click()
    expect(desk.page).to_have_url(f"{desk.stand.app.url}/trash")
    expect(desk.page.locator("#main")).to_be_focused()
    assert desk.page.title().startswith("Trash")
    desk.page.go_back()
    arrived(desk.page, "My files")
    desk.stand.let_go()
    desk.wait_done()
    assert desk.page.evaluate("window.samePage") is True
    expect(desk.page.locator("#main").get_by_role("link", name="film.mp4", exact=True)).to_be_visible()
    desk.assert_has(file)


def test_leaving_asks_first(desk: Desk, tmp_path: Path) -> None:
    asked: list[str] = []
    desk.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    desk.begin(make_file(tmp_path, "film.mp4", 40_000_000), 2)
    desk.page.locator("#tray-title").click()
    desk.page.close(run_before_unload=True)
    while not asked:
        desk.page.wait_for_timeout(50)
    assert asked == ["beforeunload"]


def test_names_are_forgotten_at_log_out_and_after_a_week(desk: Desk, tmp_path: Path) -> None:
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.begin(make_file(tmp_path, "film.mp4", 40_000_000), 2)
    assert len(remembered(desk.page)) == 1
    age = f"""() => {{
      const key = Object.keys(localStorage).find((key) => key.startsWith("drive.upload."));
      const entry = JSON.parse(localStorage.getItem(key));
      localStorage.setItem("drive.upload.old", JSON.stringify({{ ...entry, key: "old", at: {LONG_AGO} }}));
    }}"""
    desk.page.evaluate(age)
    desk.page.reload()
    expect(desk.page.locator("[data-offer-text]")).to_contain_text("An upload was interrupted")
    assert "drive.upload.old" not in remembered(desk.page)
    at_work(desk.page)
    desk.page.locator("[popovertarget=account]").click()
    desk.page.get_by_role("button", name="Log out").click()
    desk.page.wait_for_url(lambda url: "/files" not in url)
    assert remembered(desk.page) == []


def test_many_small_files_travel_together(desk: Desk, tmp_path: Path) -> None:
    files = [make_file(tmp_path, f"{number:03}.txt", number * 7) for number in range(150)]
    calls: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and "/api/uploads" in request.url:
            calls.append(request.url)
            assert len(json.loads(request.post_data or "{}").get("items", [])) <= 100

    desk.page.on("request", note)
    desk.pick(*files)
    desk.wait_done(150)
    assert len(calls) < 60
    assert {name: item["size"] for name, item in desk.items().items()} == {
        file.name: file.stat().st_size for file in files
    }
    desk.assert_has(files[0], files[149])
    expect(desk.page.locator("#tray .tray-row")).to_have_count(50)
    expect(desk.page.locator("[data-tray-more]")).to_have_text("and 100 more")


def test_what_is_said_to_a_screen_reader(desk: Desk, tmp_path: Path) -> None:
    desk.page.evaluate(HEAR)
    desk.begin(make_file(tmp_path, "film.mp4", 50_000_000), 30)
    desk.page.wait_for_function("() => said.some(([, text]) => text.endsWith(' percent'))")
    desk.stand.let_go()
    desk.wait_done()
    desk.page.wait_for_function("() => said.at(-1)[1] === 'film.mp4 is uploaded'")
    said = [text for region, text in desk.page.evaluate("said") if region == "live"]
    assert said[0] == "Uploading film.mp4"
    assert {f"film.mp4: {percent} percent" for percent in (25, 50, 75)} & set(said)
    assert said[-1] == "film.mp4 is uploaded"
    assert len(said) <= 5
