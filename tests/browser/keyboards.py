"""Somebody at a page with nothing but a keyboard, who must always see where they are."""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 60
LOST = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return "nothing has the focus";
  const what = element.outerHTML.slice(0, 160);
  const { parentElement, firstElementChild } = element;
  const near = [element, parentElement, parentElement?.parentElement, firstElementChild].filter(Boolean);
  const ringed = near.some((each) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(each);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });
  if (!ringed) return `no ring around ${what}`;
  const { left, right, top, bottom } = element.getBoundingClientRect();
  if (right <= 0 || bottom <= 0 || left >= innerWidth || top >= innerHeight) return `out of the window: ${what}`;
  const middle = (start, end, most) => (Math.max(start, 0) + Math.min(end, most)) / 2;
  const over = document.elementFromPoint(middle(left, right, innerWidth), middle(top, bottom, innerHeight));
  const hit = over && (element.contains(over) || over.contains(element) || over.closest("label")?.contains(element));
  return hit ? "" : `covered by ${over?.outerHTML.slice(0, 120)}: ${what}`;
}"""
"""What keeps somebody from seeing where they are; "" when nothing does. The ring may stand around it."""


@dataclass
class Keyboard:
    """Every key that leads somewhere is followed by a look at where the focus is."""

    page: Page
    lost: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def look(self) -> None:
        """Note when one cannot see where one is."""
        if wrong := self.page.evaluate(LOST):
            self.lost.append(wrong)

    def to(self, target: Locator, key: str = "Tab") -> None:
        """Press a key until the target has the focus, looking at each stop on the way."""
        expect(target).to_be_attached()
        for _ in range(MOST_TABS):
            self.press(key)
            self.look()
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"{key} never leads to {target}; {self.page.evaluate('document.activeElement.outerHTML')}")

    def use(self, target: Locator, key: str = "Tab") -> None:
        """Go there and press Enter."""
        self.to(target, key)
        self.press("Enter")
