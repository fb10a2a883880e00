"""nginx.conf names what there is: addresses of the application, and types of files that are served."""

import re
from pathlib import Path

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound

from smartdrive.web.assets import STATIC, TYPES
from tests.web.site import Site, make_site

ROOT = Path(__file__).resolve().parents[2]
CONF, LINES, LIMITS = (
    (ROOT / name).read_text("utf-8") for name in ("nginx.conf", "deploy/nginx/lines.conf", "deploy/nginx/limits.conf")
)
LOCATIONS = re.findall(r"(?ms)^        location (?:[~=] )?\^?(/\S*?)\$? \{\n(.*?)^        \}", CONF)
OUTSIDE = [path for path, body in LOCATIONS if "internal;" not in body]
PASSED_ON = re.findall(r"proxy_pass http://\w+(/\S+);", CONF)
MASKED = re.findall(r"/\(\?:([\w|/]+)\)/", LINES)
MAPS = re.findall(r"(?ms)^map \$(\w+) \$(\w+) \{\n(.*?)^\}", LINES)
HELD = re.findall(r'(?m)^    "(?:~\^\(\?:)?([A-Z]+)\S* (/\S+?)\$?" 1;', LIMITS)
TYPE_LINES = re.findall(r"(?m)^        (\w+/\S+) ([\w ]+);", CONF)
NAMED = {extension: kind for kind, extensions in TYPE_LINES for extension in extensions.split()}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(tmp_path_factory.mktemp("site"))


def exists(site: Site, path: str) -> bool:
    """Whether some method of the application answers there."""
    try:
        site.app.url_map.bind("").match(path)
    except MethodNotAllowed:
        return True
    except NotFound:
        return False
    return True


@pytest.mark.parametrize("pattern", [*OUTSIDE, *PASSED_ON])
def test_every_address_is_one_of_the_application(site: Site, pattern: str) -> None:
    path = pattern.replace("[^/]+", "token").replace("[0-9]+", "1")
    path = f"{path}main.css" if path == "/static/" else path
    assert "[" not in path, "the test does not know this kind of pattern"
    assert exists(site, path)


def test_some_addresses_were_found() -> None:
    assert {"/", "/api/upload", "/api/files", "/static/"} <= set(OUTSIDE)
    assert PASSED_ON == ["/status/person", "/objects/check"]
    assert len(set(MASKED)) == 1
    assert [name for _, name, _ in MAPS][-2:] == ["logged_path", "logged_agent"]


def test_whoever_holds_a_thread_asks_for_something_that_there_is(site: Site) -> None:
    """And each of them has its door: a location that leads there."""
    assert len(HELD) == 3
    for method, path in HELD:
        assert site.app.url_map.bind("").match(path.replace("\\", ""), method=method)
        body = next(body for place, body in LOCATIONS if place == path.replace("\\", ""))
        assert "held.conf;" in body


def test_masked_is_what_carries_a_token_and_nothing_else(site: Site) -> None:
    """SECURITY 55."""
    heads = {rule.rule.split("/<token>")[0] for rule in site.app.url_map.iter_rules() if "token" in rule.arguments}
    assert {f"/{head}" for head in MASKED[0].split("|")} == heads


def mapped(text: str, body: str) -> str:
    """As nginx's map does it: by the first pattern that fits."""
    for any_case, pattern, to in re.findall(r'(?m)^    "~(\*?)(.+)" (\S+);', body):
        if found := re.search(pattern.replace("(?<", "(?P<"), text, re.IGNORECASE if any_case else 0):
            return found.expand(re.sub(r"\$(\w+)", r"\\g<\1>", to))
    return text


def logged(path: str) -> str:
    """The path as nginx writes it down: one map after the other."""
    for _, _, body in MAPS[:-1]:
        path = mapped(path, body)
    return path


@pytest.mark.parametrize(
    "path",
    ["/s/token", "/s/token/\nx", "/s/token\n", "/s/to\nken/x", "/objects/token/1\n\n", "/x\nsd_abcdefgh0123token"],
)
def test_a_line_break_in_an_address_hides_nothing_from_the_masks(path: str) -> None:
    """SECURITY 55: `.` of a pattern stops at one unless told otherwise."""
    assert "***" in logged(path)
    assert "ken" not in logged(path)
    assert logged("/files/\ntoken") == "/files/\ntoken"


def test_types_are_those_of_the_files_there_are() -> None:
    served = {path.suffix for path in STATIC.rglob("*")} - {".br", ".gz", ""}
    assert served == {f".{each}" for each in NAMED} == set(TYPES)
    assert {f".{each}": kind for each, kind in NAMED.items()} == TYPES
