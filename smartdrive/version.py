"""Which release this is."""

import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@cache
def version() -> str:
    """As the installer named the folder of this release; elsewhere as the project says."""
    if ROOT.parent.name == "releases":
        return ROOT.name
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
