"""A browser without scripts: it keeps cookies, fills forms as a person does, and checks every page it gets."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.test import TestResponse

LABELLED = ("input", "select", "textarea")
NEEDS_NO_LABEL = ("hidden", "submit", "button", "image", "reset")
TEMPLATE = re.compile(r"<template\b[^>]*>(.*?)</template>", re.DOTALL)
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "popovertarget", "commandfor")


@dataclass(frozen=True)
class Form:
    """A form as it stands on a page: where it goes, and what it would send."""

    action: str
    method: str
    values: dict[str, str]


@dataclass(frozen=True)
class Page:
    """One answer. Pages are parsed and checked; other answers are kept as they are."""

    response: TestResponse
    tree: Element | None = None
    forms: list[Form] = field(default_factory=list)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def location(self) -> str:
        return self.response.headers.get("Location", "")

    @property
    def text(self) -> str:
        """All that one reads, with single spaces."""
        assert self.tree is not None
        return " ".join(" ".join(words(self.tree)).split())

    @property
    def heading(self) -> str:
        assert self.tree is not None
        return " ".join("".join(next(self.tree.iter("h1")).itertext()).split())

    def form(self, action: str) -> Form:
        """The form that goes to this address."""
        return next(form for form in self.forms if form.action == action)


@dataclass
class Browser:
    """One person's browser without scripts."""

    app: Flask
    agent: str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    address: str = "127.0.0.1"
    page: Page | None = None

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, path: str, **headers: str) -> Page:
        """Open an address; redirects are not followed."""
        return self._take(self.client.get(path, headers=self._headers(headers), environ_base=self._environ()))

    def submit(self, action: str, **values: str) -> Page:
        """Send the form of the page in view that goes to `action`, with these values filled in."""
        assert self.page is not None
        form = self.page.form(action)
        assert set(values) <= set(form.values), f"the form has no field {set(values) - set(form.values)}"
        return self.post(action, form.values | values)

    def post(self, path: str, values: dict[str, str], **headers: str) -> Page:
        """Send whatever one likes, as no form would."""
        given = self._headers(headers)
        return self._take(self.client.post(path, data=values, headers=given, environ_base=self._environ()))

    def follow(self, page: Page) -> Page:
        """Go where a redirect leads."""
        assert page.location.startswith("/"), page.location
        return self.get(page.location)

    def cookie(self, name: str) -> str | None:
        """A cookie this browser holds."""
        found = self.client.get_cookie(name)
        return found.value if found else None

    def drop(self, name: str) -> None:
        """Forget a cookie, as browsers do when its time is over."""
        self.client.delete_cookie(name)

    def _take(self, response: TestResponse) -> Page:
        if response.mimetype != "text/html" or 300 <= response.status_code < 400:
            return Page(response)
        tree = check_page(response)
        self.page = Page(response, tree, list(forms_of(tree)))
        return self.page

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"User-Agent": self.agent, "Accept": "text/html", **named}

    def _environ(self) -> dict[str, str]:
        return {"REMOTE_ADDR": self.address}


def check_page(response: TestResponse) -> Element:
    """Assert what holds for every page: valid HTML, one h1, title, unique ids, labels, CSRF, nothing inline."""
    tree = parse(response.get_data(as_text=True))
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert tree.get("lang")
    assert len(list(tree.iter("h1"))) == 1, "one h1"
    assert [title for title in tree.iter("title") if title.text and title.text.strip()], "a title"
    _check_ids(tree)
    _check_labels(tree)
    _check_forms(tree)
    _check_nothing_inline(tree)
    return tree


def parse(html: str) -> Element:
    """The tree of a valid page. The parser is older than <template>, so what is in one is parsed by itself."""
    for inside in TEMPLATE.findall(html):
        parser = html5lib.HTMLParser()
        parser.parseFragment(inside, container="tbody" if inside.lstrip().startswith("<tr") else "div")
        assert real(parser.errors) == [], real(parser.errors)
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree: Element = parser.parse(TEMPLATE.sub("", html))
    assert real(parser.errors) == [], real(parser.errors)
    return tree


def real(errors: list[tuple[object, str, object]]) -> list[tuple[object, str, object]]:
    """Without one that is none any more: an & that begins no entity may stand for itself, as in ?a=1&b=2."""
    return [error for error in errors if error[1] != "expected-named-entity"]


def forms_of(tree: Element) -> Iterator[Form]:
    """All forms of a page and what they would send untouched."""
    for form in tree.iter("form"):
        yield Form(form.get("action", ""), form.get("method", "get"), dict(_values(form)))


def words(element: Element) -> Iterator[str]:
    """What one reads, in order; script, style and hidden strings are no words."""
    if element.tag in ("script", "style", "template", "head"):
        return
    if element.text:
        yield element.text
    for child in element:
        yield from words(child)
        if child.tail:
            yield child.tail


def _values(form: Element) -> Iterator[tuple[str, str]]:
    for control in form.iter():
        name = control.get("name")
        if not name or control.tag not in LABELLED:
            continue
        if control.tag == "select":
            options = list(control.iter("option"))
            chosen = next((option for option in options if option.get("selected") is not None), options[0])
            yield name, chosen.get("value") or ""
        elif control.get("type") in ("radio", "checkbox"):
            if control.get("checked") is not None:
                yield name, control.get("value", "on")
        else:
            yield name, (control.text or "") if control.tag == "textarea" else control.get("value", "")


def _check_ids(tree: Element) -> None:
    ids = Counter(identifier for element in tree.iter() if (identifier := element.get("id")))
    assert max(ids.values(), default=1) == 1, ids.most_common(1)
    for element in tree.iter():
        for attribute in REFERENCES:
            missing = set((element.get(attribute) or "").split()) - set(ids)
            assert not missing, f"{attribute} names what is not there: {missing}"
        target = element.get("href") or ""
        if element.tag == "a" and target.startswith("#") and len(target) > 1:
            assert target[1:] in ids, f"{target} leads nowhere"


def _check_labels(tree: Element) -> None:
    named = {label.get("for") for label in tree.iter("label")}
    wrapped = {inner for label in tree.iter("label") for inner in label.iter() if inner.tag in LABELLED}
    for control in tree.iter():
        if control.tag in LABELLED and control.get("type") not in NEEDS_NO_LABEL:
            own = control.get("aria-label") or control.get("aria-labelledby")
            assert own or control.get("id") in named or control in wrapped, f"no label: {control.attrib}"
        if control.tag in ("button", "a"):
            assert control.get("aria-label") or "".join(words(control)).strip(), f"says nothing: {control.attrib}"
        if control.tag == "img":
            assert control.get("alt") is not None, f"no alt: {control.attrib}"


def _check_forms(tree: Element) -> None:
    for form in tree.iter("form"):
        if form.get("method", "get").lower() == "post":
            tokens = [control for control in form.iter("input") if control.get("name") == "csrf_token"]
            assert [token.get("type") for token in tokens] == ["hidden"], form.attrib  # SECURITY 13
            assert tokens[0].get("value")


def _check_nothing_inline(tree: Element) -> None:
    for element in tree.iter():
        assert element.tag != "style"
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")], element.attrib
        if element.tag == "script":
            assert element.get("src") or element.get("type") == "application/json", element.attrib
