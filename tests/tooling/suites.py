"""A small suite of its own under the conftest.py of all tests."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent.parent


def run_suite(
    folder: Path, sources: Mapping[str, str], *words: str, skips: str = ""
) -> subprocess.CompletedProcess[str]:
    """pytest with these words on files of these names; it loads no plugin that is not named in them."""
    for name, source in {"conftest.py": (HERE / "conftest.py").read_text(), "skips.txt": skips, **sources}.items():
        (folder / name).write_text(source)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words, str(folder)]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
