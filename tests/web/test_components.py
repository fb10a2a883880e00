"""The macros that all pages are made of, each with what could go wrong in it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import html5lib
import pytest
from flask import Flask, render_template, render_template_string
from jinja2 import StrictUndefined
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, Form, PasswordField
from wtforms.validators import InputRequired

from smartdrive.web import assets
from smartdrive.web.formats import template_filters

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
SPITEFUL = """"><script>alert('1')</script>&amp;{{ 7 * 7 }}.txt"""
Render = Callable[..., "Element"]


class SignIn(Form):
    """Two fields as forms of the drive have them."""

    email = EmailField("E-mail", [InputRequired("Enter your e-mail.")])
    password = PasswordField("Password")


@dataclass(frozen=True)
class Item:
    """What a row shows."""

    id: str = "n1"
    kind: str = "file"
    name: str = "Lease.pdf"
    type: str = "application/pdf"
    size: int = 1_400_000
    modified: str = "2026-11-08T09:00:00Z"
    links: int = 0


@dataclass(frozen=True)
class Room:
    """How full a drive is."""

    used: int
    quota: int | None


class Element:
    """One parsed answer, asked by tag and attribute."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = html5lib.parse(text, namespaceHTMLElements=False)

    def one(self, tag: str, **attributes: str) -> dict[str, str]:
        found = self.all(tag, **attributes)
        assert len(found) == 1, (tag, attributes, self.text)
        return found[0]

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [dict(each.attrib) for each in self.tree.iter(tag) if wanted.items() <= each.attrib.items()]

    def words(self, identity: str) -> str:
        found = [each for each in self.tree.iter() if each.get("id") == identity]
        assert len(found) == 1, identity
        return "".join(found[0].itertext()).strip()


@pytest.fixture
def app() -> Flask:
    app = Flask("components", template_folder=str(TEMPLATES), static_folder=None)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(template_filters(lambda: "Europe/Berlin"))
    app.jinja_env.globals["csrf_token"] = lambda: "the-token"
    app.add_url_rule("/", "pages.landing", lambda: "")
    assets.register(app)
    return app


@pytest.fixture
def render(app: Flask) -> Render:
    def rendered(component: str, call: str, **values: object) -> Element:
        with app.test_request_context():
            source = f'{{% from "components/{component}.html" import {call.partition("(")[0]} %}}{{{{ {call} }}}}'
            return Element(render_template_string(source, **values))

    return rendered


def wrong_sign_in() -> SignIn:
    form = SignIn(MultiDict())
    form.validate()
    return form


def test_a_field_is_labelled_and_its_error_is_read_with_it(render: Render) -> None:
    page = render("field", "field(form.email)", form=wrong_sign_in())
    assert page.one("label")["for"] == "email"
    field = page.one("input", id="email")
    assert (field["aria-invalid"], field["aria-describedby"]) == ("true", "email-error")
    assert page.words("email-error") == "Enter your e-mail."


def test_a_field_without_error_points_nowhere(render: Render) -> None:
    field = render("field", "field(form.email)", form=SignIn()).one("input")
    assert "aria-describedby" not in field
    assert "aria-invalid" not in field


def test_the_summary_leads_to_each_field(render: Render) -> None:
    page = render("field", 'error_summary(form, {"email": "login-email"})', form=wrong_sign_in())
    assert page.one("a")["href"] == "#login-email"
    assert page.one("div")["role"] == "alert"


def test_a_password_is_judged_and_can_be_shown(render: Render) -> None:
    page = render("field", "password_field(form.password, minimum=10)", form=SignIn())
    assert page.one("div", data_module="password")["data-minimum"] == "10"
    assert page.one("input")["aria-describedby"] == "password-strength"
    assert "hidden" in page.one("button", data_shows="")  # a script brings it out


# SECURITY 13
def test_a_form_carries_its_token(app: Flask) -> None:
    source = '{% from "components/form.html" import form %}{% call form("/there") %}{% endcall %}'
    with app.test_request_context():
        page = Element(render_template_string(source))
    assert page.one("form", method="post")["action"] == "/there"
    assert page.one("input", name="csrf_token")["value"] == "the-token"


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_row_shows_any_name_as_it_is(render: Render, kind: str) -> None:
    item = replace(Item(), kind=kind, name=SPITEFUL)
    page = render("file_row", 'file_rows([item], "/files")', item=item)
    assert page.all("script") == []
    assert SPITEFUL in "".join(page.tree.itertext())
    opens = "/files/n1" if kind == "folder" else "/files/n1/details"
    assert next(link["title"] for link in page.all("a", href=opens)) == SPITEFUL
    assert page.all("a", href="/files/n1/details")[-1]["aria-label"] == f"Actions for {SPITEFUL}"
    assert page.one("input", name="ids")["aria-label"] == f"Select {SPITEFUL}"


def test_a_row_tells_time_and_size(render: Render) -> None:
    page = render("file_row", 'file_rows([item], "/files")', item=Item())
    said = "".join(page.tree.itertext())
    assert "8 Nov 2026 · 1.4 MB" in said
    assert page.one("time") == {"datetime": "2026-11-08T09:00:00Z", "title": "8 Nov 2026, 10:00"}


@pytest.mark.parametrize(
    ("used", "quota", "words", "level"),
    [
        (3_100_000_000, 10_000_000_000, "3.1 GB of 10 GB used", ""),
        (899, 1000, "899 bytes of 1 KB used", ""),
        (900, 1000, "900 bytes of 1 KB used", "nearly"),
        (1000, 1000, "1 KB of 1 KB used", "full"),
        (12_000, 1000, "12 KB of 1 KB used", "full"),
        (0, 0, "0 bytes of 0 bytes used", "full"),
    ],
)
def test_usage_is_told_in_words_and_as_a_bar(render: Render, used: int, quota: int, words: str, level: str) -> None:
    page = render("usage", 'usage(room, "usage", "/trash")', room=Room(used, quota))
    assert page.words("usage") == words
    bar = page.one("progress", aria_labelledby="usage")
    assert 0 <= float(bar["value"]) <= float(bar["max"])
    assert [each for each in ("nearly", "full") if f"meter-{each}" in bar["class"]] == ([level] if level else [])
    said = "".join(page.tree.itertext())
    assert ("The drive is nearly full." in said, "The drive is full." in said) == (level == "nearly", level == "full")
    assert [link["href"] for link in page.all("a")] == (["/trash"] if level else [])


def test_without_a_limit_there_is_no_bar(render: Render) -> None:
    page = render("usage", 'usage(room, "usage", "/trash")', room=Room(3_100_000_000, None))
    assert page.words("usage") == "3.1 GB used"
    assert page.all("progress") == []


@pytest.mark.parametrize(("shown", "words"), [(1, "1 item"), (200, "200 items")])
def test_the_pager_counts(render: Render, shown: int, words: str) -> None:
    more = "?after=c" if shown > 1 else None
    page = render("pager", "pager(shown, more)", shown=shown, more=more)
    assert words in "".join(page.tree.itertext())
    assert [link["href"] for link in page.all("a", rel="next")] == ([more] if more else [])


@pytest.mark.parametrize(
    ("cookie", "chosen", "painted"),
    [(None, "auto", "light"), ("dark", "dark", "dark"), ("light", "light", "light"), ("purple", "auto", "light")],
)
def test_the_server_paints_the_theme_that_was_chosen(app: Flask, cookie: str | None, chosen: str, painted: str) -> None:
    headers = {"Cookie": f"theme={cookie}"} if cookie else {}
    with app.test_request_context(headers=headers):
        page = Element(render_template("errors/error.html", status=404, title="", sentence="Gone.", request_id=""))
    root = page.tree.attrib
    assert (root["data-theme"], root["data-bs-theme"]) == (chosen, painted)


@pytest.mark.parametrize(("status", "shows_number"), [(404, False), (500, True), (503, True)])
def test_only_our_own_faults_show_a_number(app: Flask, status: int, shows_number: bool) -> None:
    with app.test_request_context():
        page = Element(
            render_template("errors/error.html", status=status, title="", sentence="Sorry.", request_id="r-42")
        )
    assert ("r-42" in page.text) == shows_number
    assert len(page.all("h1")) == 1
