"""Names in zips unpack everywhere. SECURITY 35."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartdrive.domain.errors import BadInput
from smartdrive.domain.names import MAX_NAME_BYTES, check_name
from smartdrive.domain.zip_names import safe_name

NAMES = json.loads((Path(__file__).parents[1] / "corpus" / "names" / "filenames.json").read_text("utf-8"))
CHANGED = {
    "a?b*c.txt": "a_b_c.txt",
    "back\\slash": "back_slash",
    'x<y>z:"|.': "x_y_z____",
    "dots...": "dots___",
    "space ": "space_",
    "...": "___",
    "CON": "CON_",
    "con.txt": "con_.txt",
    "Aux.tar.gz": "Aux_.tar.gz",
    "nul .txt": "nul_ .txt",
    "COM1": "COM1_",
    "lpt³.log": "lpt³_.log",
    "CONOUT$": "CONOUT$_",
}
KEPT = [
    "plain.txt",
    "żółw.txt",
    "日本語",
    ".htaccess",
    "--help",
    "console.txt",
    "COM10",
    "a con",
    "CON1",
    "½ 🐢.png",
    "a..b",
]
WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?", re.IGNORECASE | re.DOTALL)


def assert_safe(name: str) -> None:
    assert name
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert not re.search(r'[\\/<>:"|?*\x00-\x1f\x7f]', name)
    assert name[-1] not in ". "
    assert not WINDOWS_DEVICE.fullmatch(name)


@pytest.mark.parametrize(("name", "safe"), CHANGED.items())
def test_what_windows_refuses_is_replaced(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("name", KEPT)
def test_all_else_stays(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize("entry", NAMES, ids=lambda entry: entry["id"])
def test_names_of_the_corpus(entry: dict[str, str]) -> None:
    try:
        kept = check_name(entry["name"])
    except (BadInput, UnicodeEncodeError):
        return
    assert_safe(safe_name(kept))


awkward = st.text(st.sampled_from('conuxCOM1¹. :?*"<>|\\aż🐢/'.replace("/", "")), min_size=1, max_size=300)


@given(awkward | st.text(min_size=1))
def test_whatever_the_drive_keeps_becomes_safe_and_stays_so(name: str) -> None:
    try:
        kept = check_name(name)
    except (BadInput, UnicodeEncodeError):
        return
    assert_safe(safe_name(kept))
    assert safe_name(safe_name(kept)) == safe_name(kept)


def test_a_device_with_the_longest_extension_loses_its_end() -> None:
    name = safe_name("con." + "ż" * 125 + "a")
    assert name.startswith("con_.ż")
    assert_safe(name)
