"""The class, the table in the docs and `.env.example` say the same of every setting."""

import re
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from smartdrive.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(SMARTDRIVE_[A-Z0-9_]+)` \|(.*?)\| (.*?) \|$", re.MULTILINE)
LINE = re.compile(r"^# (.+)\n#(SMARTDRIVE_[A-Z0-9_]+)=(.*)$", re.MULTILINE)
ELSEWHERE = {"secret": "the secret in the data folder"}


def fields() -> dict[str, FieldInfo]:
    return {PREFIX + name.upper(): field for name, field in Settings.model_fields.items()}


def rows() -> dict[str, tuple[str, str]]:
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    return {match[1]: (match[2].strip("` "), match[3].replace("`", "")) for match in ROW.finditer(text)}


def lines() -> dict[str, tuple[str, str]]:
    text = (ROOT / ".env.example").read_text("utf-8")
    return {match[2]: (match[3], match[1]) for match in LINE.finditer(text)}


def meaning(name: str, text: str) -> Any:
    """What a value as written in the docs comes to."""
    field = fields()[name]
    adapter: TypeAdapter[Any] = TypeAdapter(field.rebuild_annotation())
    return adapter.validate_python(text)


def test_they_name_the_same_settings_in_the_same_order() -> None:
    assert list(rows()) == list(lines()) == list(fields())


def test_they_give_the_same_defaults() -> None:
    for name, field in fields().items():
        key = name.removeprefix(PREFIX).lower()
        written, example = rows()[name][0], lines()[name][0]
        assert written == ELSEWHERE.get(key, example), name
        if example or field.default not in ((), ""):
            assert key in ELSEWHERE or not example or meaning(name, example) == field.default, name
            assert example or key.startswith("secret"), name


def test_they_describe_each_setting_in_the_same_words() -> None:
    for name, field in fields().items():
        said = field.description or ""
        assert said, name
        assert rows()[name][1].startswith(said), name
        assert lines()[name][1].startswith(said), name
