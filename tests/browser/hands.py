"""What somebody does with a mouse, a finger or a keyboard on the pages of the drive, in words."""

from dataclasses import dataclass

from playwright.sync_api import Download, Locator, Page, expect

from tests.live import PASSWORD

MINUTE = 60_000


def at_work(page: Page) -> None:
    """Wait until the scripts of the page on show are at work: for what was asked for by its address."""
    page.wait_for_function("() => performance.getEntriesByName('drive:bound').length > 0", timeout=MINUTE)
    expect(page.locator("#main[aria-busy]")).to_have_count(0, timeout=MINUTE)


def arrived(page: Page, title: str) -> None:
    """Wait until that page is on show and its scripts are at work."""
    expect(page).to_have_title(f"{title} · Smart Drive", timeout=MINUTE)
    at_work(page)


@dataclass
class Hands:
    """One person at one page; `url` is the drive's address."""

    page: Page
    url: str
    narrow: bool = False
    """A phone: the places stand in a bar at the foot, new things behind its one button."""

    def __post_init__(self) -> None:
        # Whoever waits for the chooser only as it opens may be told too late: Chromium has closed its own by then.
        self.page.on("filechooser", lambda _: None)

    def register(self, email: str, name: str) -> None:
        self.page.goto(f"{self.url}/")
        self.page.locator("main").get_by_role("link", name="Create account").click()
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Create account").click()
        self.here("My files")

    def log_in(self, email: str) -> None:
        self.page.goto(f"{self.url}/login")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Log in", exact=True).click()
        self.here("My files")

    def here(self, title: str) -> None:
        """Wait until that page is on show and its scripts are at work."""
        arrived(self.page, title)

    def row(self, name: str) -> Locator:
        return self.page.locator(f'#main [data-id][data-name="{name}"]')

    def names(self) -> list[str]:
        """The list from top to bottom."""
        found: list[str] = self.page.locator("#main tr[data-id]").evaluate_all("all => all.map((e) => e.dataset.name)")
        return found

    def scroll_to_the_end(self, count: int) -> None:
        """Down the list until so many rows have come."""
        rows = self.page.locator("#main tr[data-id]")
        while (shown := rows.count()) < count:
            rows.last.scroll_into_view_if_needed()
            expect(rows).not_to_have_count(shown, timeout=MINUTE)

    def go(self, place: str, title: str) -> None:
        """To one of the places: files, links, trash or settings."""
        self.page.locator(f"[data-place={place}]:visible").click()
        self.here(title)

    def enter(self, folder: str) -> None:
        self.row(folder).get_by_role("link", name=folder, exact=True).click()
        self.here(folder)

    def climb(self, folder: str) -> None:
        """Up the way that stands above the list."""
        self.page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name=folder).click()
        self.here(folder)

    def choose(self, name: str, act: str) -> None:
        """An entry of the menu of a row."""
        self.row(name).locator("[data-row-menu]").click()
        self.page.locator(f"#row-menu [data-act={act}]").click()

    def make_folder(self, name: str) -> None:
        if self.narrow:
            self.page.locator(".bar-main").click()
            self.page.locator("#add [data-act=new-folder]").click()
        else:
            self.page.locator("[data-new-folder] summary").click()
        self._type_name(name)

    def rename(self, old: str, new: str) -> None:
        self.choose(old, "rename")
        self._type_name(new)

    def _type_name(self, name: str) -> None:
        field = self.page.locator(".name-field input")
        expect(field).to_be_focused()
        field.fill(name)
        field.press("Enter")
        expect(self.row(name)).to_be_visible(timeout=MINUTE)

    def move(self, name: str, folder: str) -> None:
        self.choose(name, "move")
        self.page.locator("#move").get_by_role("treeitem", name=folder, exact=True).locator(".tree-name").first.click()
        self.page.locator("#move").get_by_role("button", name="Move here").click()
        expect(self.row(name)).to_have_count(0, timeout=MINUTE)

    def toast(self, words: str) -> Locator:
        return self.page.locator("#toasts .toast-note", has_text=words)

    def download(self, button: Locator) -> Download:
        """Waits until the last byte is there."""
        with self.page.expect_download(timeout=2 * MINUTE) as started:
            button.click()
        started.value.path()
        return started.value
