"""What people say about themselves, and their browsers in a few words."""

import pytest

from smartdrive.domain.errors import BadInput
from smartdrive.domain.people import check_person_name, check_theme, check_timezone, device_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)
PIXEL = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Safari/604.1"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (CHROME, "Chrome on Windows"),
        (CHROME + " Edg/141.0.0.0", "Edge on Windows"),
        (PIXEL, "Chrome on Android"),
        (IPHONE, "Safari on iPhone"),
        ("curl/8.5.0", "curl"),
        ("python-requests/2.32", "Python"),
        ("", ""),
        ("<script>alert(1)</script>", ""),
        ("x" * 100_000 + FIREFOX, ""),
    ],
)
def test_devices(agent: str, words: str) -> None:
    assert device_of(agent) == words


@pytest.mark.parametrize(
    ("name", "kept"), [(" Ada ", "Ada"), ("", ""), ("   ", ""), ("Zoe\u0308", "Zo\u00eb"), ("李", "李")]
)
def test_names_that_are_kept(name: str, kept: str) -> None:
    assert check_person_name(name) == kept


@pytest.mark.parametrize("name", ["x" * 101, "a\nb", "a\0", "\ud800", "a\u2028b"])
def test_names_that_are_refused(name: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_person_name(name)
    assert list(caught.value.fields) == ["name"]


def test_zones_and_themes() -> None:
    assert [check_timezone(zone) for zone in ("", "UTC", "Europe/Berlin")] == ["", "UTC", "Europe/Berlin"]
    assert check_theme("dark") == "dark"
    for check, wrong in ((check_timezone, "../etc/passwd"), (check_timezone, "europe/berlin "), (check_theme, "pink")):
        with pytest.raises(BadInput):
            check(wrong)
