"""What the documents name exists: modules, functions, keys, addresses, commands, and the files they point at."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "smartdrive"
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def names_of(path: Path) -> set[str]:
    """Functions, classes and `Class.method` of a module."""
    found: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {node.name} | {
                f"{node.name}.{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)
            }
    return found


def test_every_module_and_function_of_the_architecture_exists() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    modules = set(re.findall(r"`((?:[a-z_]+/)+[a-z_0-9]+\.py)`", text))
    assert len(modules) > 8
    assert [module for module in modules if not (PROGRAM / module).is_file()] == []
    known = set().union(*(names_of(path) for path in PROGRAM.rglob("*.py")))
    methods = set(re.findall(r"`([A-Z][A-Za-z]+\.[a-z_]+)`", text))
    assert len(methods) > 8
    assert sorted(methods - known) == []


def test_every_key_of_the_architecture_is_built() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    keys = "".join(path.read_text("utf-8") for path in (PROGRAM / "records").glob("*keys.py"))
    rows = [row for row in re.findall(r"^\| [^|]+ \| `([^|]+)` \|", text, re.MULTILINE) if "#" in row]
    leads = {lead for row in rows for lead in re.findall(r"\b([A-Z]+#)", row)}
    assert {"U#", "N#", "IN#", "O#", "UP#", "T#", "S#", "A#", "DUE#", "DOOM#"} <= leads
    assert sorted(lead for lead in leads if f'"{lead}' not in keys) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_a_document_leads_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text)
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (path.parent / target).exists()] == []


def test_every_address_of_the_api_is_served(tmp_path: Path) -> None:
    from tests.web.site import make_site

    served = set()
    for rule in make_site(tmp_path / "data").app.url_map.iter_rules():
        plain = re.sub(r"<[^>]+>", "<id>", rule.rule)
        served |= {(method, plain) for method in rule.methods or set()}
    text = (ROOT / "docs/api.md").read_text("utf-8").replace("[/<id>]", "")
    found: set[tuple[str, str]] = set()
    for cell in re.findall(r"^\| (`[A-Z].*?) \|", text, re.MULTILINE):
        method = ""
        for part in re.findall(r"`([^`]+)`", cell):
            method, _, address = (
                part.rpartition(" ") if " " in part else (part, "", "") if part.isupper() else (method, "", part)
            )
            if address:
                found.add((method, re.sub(r"<[^>]+>", "<id>", address.partition("?")[0])))
    assert len(found) > 30
    assert sorted(found - served) == []


def test_nothing_names_what_is_not_of_the_project() -> None:
    """A reader has this folder and nothing beside it."""
    for path in (*DOCUMENTS, ROOT / "CHANGELOG.md"):
        text = path.read_text("utf-8")
        assert not re.search(r"(?<![\w.])/(home|root|work)/", text), path
