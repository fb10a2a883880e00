"""After logging in, people stay on this site."""

import json
from pathlib import Path

import pytest

from smartdrive.domain.targets import same_site

CORPUS = json.loads((Path(__file__).parents[1] / "corpus/names/next_urls.json").read_text("utf-8"))
MORE = [
    "",
    "files",
    "//evil.example",
    "/\\evil",
    "/a//evil.example",
    "/a\nb",
    "/\u2044evil",
    "/%0d%0aX:1",
    "/a%2f%2fb",
    "/%5cevil",
    "\\/evil",
    "/ä",
    "/%",
    "/%zz",
    "/%00",
    "/\x00",
    "/ ",
]


@pytest.mark.parametrize("target", CORPUS + MORE)
def test_other_sites_are_refused(target: str) -> None:  # SECURITY 26
    assert same_site(target, otherwise="/files") == "/files"


@pytest.mark.parametrize("target", ["/", "/files/abc?sort=-name&after=x%2Fy", "/settings", "/files?a=//b", "/f/%C3%A9"])
def test_own_paths_are_kept(target: str) -> None:
    assert same_site(target, otherwise="/other") == target
