"""What tests say they prove stands in the documents, and what the documents call proven is cited by a test."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CITED = re.compile(r"SECURITY ((?:\d+)(?:, \d+)*)")


def cited() -> set[int]:
    """Every security number that a test names."""
    texts = (path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py") if path.name != Path(__file__).name)
    return {int(number) for text in texts for group in CITED.findall(text) for number in group.split(", ")}


def documented(state: str = "") -> set[int]:
    """The numbers of the security model, all or those of one state."""
    rows = re.findall(r"^\| (\d+) \|.*\| (\w[^|]*) \|$", (ROOT / "docs/security.md").read_text("utf-8"), re.MULTILINE)
    return {int(number) for number, found in rows if found.startswith(state)}


def test_every_cited_number_is_documented() -> None:
    assert cited() <= documented()
    assert documented() == set(range(1, 57))


def test_every_number_called_proven_is_cited_by_a_test() -> None:
    assert documented("proven") - cited() == set()
