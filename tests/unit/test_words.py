"""Sentences for people are marked for translation wherever they stand in the code; templates mark theirs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartdrive.domain.words import _

CODE = Path(__file__).resolve().parents[2] / "smartdrive"
ROOMS = ("domain", "services", "web")
FOR_OPERATORS = {"doctor.py", "fsck.py", "fsck_journal.py", "fsck_rows.py", "schema.py", "watching.py"}
FOR_OPERATORS |= {"checks.py", "doctor_bucket.py", "doctor_clock.py", "doctor_front.py", "doctor_instance.py"}
"""What commands and the log say."""
FOR_PROGRAMS = {"openapi.py", "documented.py"}
"""What the API's description says."""
SENTENCE = re.compile(r"[A-Z][a-z]* .*[.!?]", re.DOTALL)
FILES = [path for room in ROOMS for path in sorted((CODE / room).rglob("*.py"))]


def unmarked(tree: ast.AST) -> Iterator[str]:
    """Sentences outside `_(…)`; docstrings and the words of `Query(…)` are none of people's."""
    passed = {id(part) for node in ast.walk(tree) if is_marked(node) for part in ast.walk(node)}
    passed |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else ast.unparse(node)[2:-1] if is_filled(node) else ""
        if id(node) not in passed and isinstance(text, str) and SENTENCE.fullmatch(text):
            yield text


def is_marked(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "Query")


def is_filled(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(CODE).as_posix())
def test_every_sentence_is_marked(path: Path) -> None:
    if path.name not in FOR_OPERATORS | FOR_PROGRAMS:
        assert list(unmarked(ast.parse(path.read_text("utf-8")))) == []


def test_a_sentence_that_is_not_marked_is_found() -> None:
    code = """
def act(n):
    "Say why."
    if n: raise BadInput(f"At most {n} at once.")
    return _("Marked as it should be."), "Not marked."
"""
    assert sorted(unmarked(ast.parse(code))) == ["At most {n} at once.", "Not marked."]


def test_values_are_filled_in_and_percent_signs_stand_for_themselves() -> None:
    assert _("At most %(count)s things at once.", count=1000) == "At most 1000 things at once."
    assert _("100 % of it.") == "100 % of it."
