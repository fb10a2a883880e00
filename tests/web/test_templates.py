"""What must hold in every template file, whoever wrote it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartdrive.web import formats

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "frontend" / "js").rglob("*.js"))
ICONS = set((ROOT / "frontend" / "icons.txt").read_text("utf-8").split())
MANIFEST = json.loads((ROOT / "static" / "dist" / "manifest.json").read_text("utf-8"))
FORBIDDEN = {
    "an inline style": r"""\sstyle\s*=\s*["'][^"']*:""",
    "a style element": r"<style\b",
    "an inline script": r"<script(?![^>]*\bsrc=)(?![^>]*application/json)",
    "an inline handler": r"<[^>]*\son[a-z]+\s*=",
    "a script address": r"javascript:",
    "unescaped words": r"\|\s*safe\b|autoescape\s+false",
}


def found(pattern: str, paths: list[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        for match in re.finditer(pattern, path.read_text("utf-8")):
            yield path.name, match[1]


# SECURITY 33
@pytest.mark.parametrize("what", sorted(FORBIDDEN))
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_in_a_template_needs_a_looser_policy(path: Path, what: str) -> None:
    assert not re.search(FORBIDDEN[what], path.read_text("utf-8"), re.IGNORECASE), what


def test_scripts_never_write_html_from_strings() -> None:
    writes = r"(innerHTML\s*=|outerHTML\s*=|insertAdjacentHTML|document\.write\b|\beval\(|new Function\b)"
    assert list(found(writes, SCRIPTS)) == []


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    named = {name for _, name in found(r"""\bicon\(\s*["']([a-z0-9-]+)["']""", TEMPLATES + SCRIPTS)}
    named |= {name for _, name in found(r"""icon_name=["']([a-z0-9-]+)["']""", TEMPLATES)}
    named |= set(formats.ICONS.values()) | set(formats.FAMILIES.values()) | {"file-earmark", "folder"}
    assert len(named) > 10
    assert named <= ICONS


def test_every_asset_that_is_named_is_built() -> None:
    assert {name for _, name in found(r"asset\('([^']+)'\)", TEMPLATES)} <= MANIFEST.keys()


def test_every_module_that_is_named_has_a_class() -> None:
    named = {word for _, names in found(r'data-module="([a-z -]+)"', TEMPLATES) for word in names.split()}
    bound = re.compile(r"^export default class", re.MULTILINE)
    classes = {path.stem for path in SCRIPTS if bound.search(path.read_text("utf-8"))}
    assert named
    assert named <= classes


def test_every_sentence_of_a_script_stands_in_a_template() -> None:
    written = "".join(path.read_text("utf-8") for path in TEMPLATES)
    keys = {key for _, key in found(r"""\bt\(\s*["']([a-z_.]+)["']""", SCRIPTS)}
    assert len(keys) > 5
    assert {key for key in keys if f'"{key}"' not in written} == set()
