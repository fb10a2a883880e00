"""What people say about themselves: a name, a time zone, a theme; and their browser in a few words."""

import functools
import re
import unicodedata
from zoneinfo import available_timezones

from smartdrive.domain.errors import BadInput
from smartdrive.domain.words import _

MAX_NAME = 100
THEMES = ("auto", "light", "dark")
MAX_AGENT = 1000
_BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
    ("curl", r"^curl/"),
    ("Python", r"^python|^Python"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Chrome OS", r"CrOS"),
    ("Linux", r"Linux|X11"),
)


def check_person_name(name: str) -> str:
    """Return the name as it is kept: NFC without outer spaces, possibly empty. Raises BadInput."""
    kept = unicodedata.normalize("NFC", name).strip()
    if len(kept) > MAX_NAME:
        reason = _("This name is too long: %(count)s characters at most.", count=MAX_NAME)
    elif any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in kept):
        reason = _("A name cannot hold control characters.")
    else:
        return kept
    raise BadInput(reason, fields={"name": reason})


def check_timezone(name: str) -> str:
    """A zone of the IANA database, or "" for whatever the browser says. Raises BadInput."""
    if name and name not in time_zones():
        reason = _("This time zone is not known.")
        raise BadInput(reason, fields={"timezone": reason})
    return name


@functools.cache
def time_zones() -> frozenset[str]:
    """All names of the IANA database; read once, for it is a walk through hundreds of files."""
    return frozenset(available_timezones())


def check_theme(name: str) -> str:
    """`auto`, `light` or `dark`. Raises BadInput."""
    if name not in THEMES:
        reason = _("Choose auto, light or dark.")
        raise BadInput(reason, fields={"theme": reason})
    return name


def device_of(agent: str) -> str:
    """`Firefox on Linux`: enough to know one's own devices by; "" for what says nothing."""
    agent = agent[:MAX_AGENT]
    found = (_first(_BROWSERS, agent), _first(_SYSTEMS, agent))
    return " on ".join(word for word in found if word)


def _first(patterns: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((word for word, pattern in patterns if re.search(pattern, agent)), "")
