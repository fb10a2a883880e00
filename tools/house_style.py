"""Count what the house style promises: functions of at most 40 lines, files under 300, a median of 8.

A function is counted from its `def` line to its last one, docstring included, decorators not.
"""

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_A_FILE = 300
MEDIAN_LINES_OF_A_FUNCTION = 8
COUNTED = ("*.py", "frontend/*.js", "frontend/*.mjs", "frontend/*.scss", "tools/*.sh")


def tracked_files() -> list[Path]:
    """What git knows or would take in; built and installed files do not count."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *COUNTED]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted(path for name in names if name and (path := Path(name)).is_file())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def too_long_files(paths: list[Path]) -> Iterator[str]:
    for path in paths:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines >= MOST_LINES_OF_A_FILE:
            yield f"{path} has {lines} lines (a file stays under {MOST_LINES_OF_A_FILE})"


def too_long_functions(paths: list[Path]) -> Iterator[str]:
    for path in paths:
        for name, lines in functions(path):
            if lines > MOST_LINES_OF_A_FUNCTION:
                yield f"{name} has {lines} lines (a function has at most {MOST_LINES_OF_A_FUNCTION})"


def median_length(paths: list[Path]) -> float:
    return statistics.median([lines for path in paths for _, lines in functions(path)] or [0])


def main() -> int:
    paths = tracked_files()
    python = [path for path in paths if path.suffix == ".py"]
    product = [path for path in python if path.parts[0] == "smartdrive"]
    faults = [*too_long_files(paths), *too_long_functions(python)]
    median = median_length(product)
    if median > MEDIAN_LINES_OF_A_FUNCTION:
        faults.append(f"smartdrive's median function has {median:g} lines (at most {MEDIAN_LINES_OF_A_FUNCTION})")
    print(*faults, f"house numbers: {len(python)} files, median function {median:g} lines", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
