"""nginx.conf names what there is: addresses of the application, and types of files that are served."""

import re
from pathlib import Path

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound

from smartdrive.web.assets import STATIC, TYPES
from tests.web.site import Site, make_site

CONF = (Path(__file__).resolve().parents[2] / "nginx.conf").read_text("utf-8")
LOCATIONS = re.findall(r"(?ms)^        location (?:[~=] )?\^?(/\S*?)\$? \{\n(.*?)^        \}", CONF)
OUTSIDE = [path for path, body in LOCATIONS if "internal;" not in body]
PASSED_ON = re.findall(r"proxy_pass http://\w+(/\S+);", CONF)
MASKED = re.findall(r"/\(\?:([\w|/]+)\)/", CONF)
MASKS = re.findall(r'(?m)^        "?~\*?(\S+?)"? \$logged_', CONF)
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
    assert "/objects/check" in PASSED_ON
    assert len(MASKED) == 1


def test_masked_is_what_carries_a_token_and_nothing_else(site: Site) -> None:
    """SECURITY 55."""
    heads = {rule.rule.split("/<token>")[0] for rule in site.app.url_map.iter_rules() if "token" in rule.arguments}
    assert {f"/{head}" for head in MASKED[0].split("|")} == heads


def logged(path: str) -> str:
    """The path as nginx writes it down."""
    link, access = (re.compile(mask.replace("(?<", "(?P<")) for mask in MASKS)
    if found := link.search(path):
        return f"{found['logged_head']}***{found['logged_tail']}"
    found = access.search(path)
    return f"{found['logged_before']}***" if found else path


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
