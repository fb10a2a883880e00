"""Count what the house style promises: functions of at most 40 lines, files under 300, a median of 8, lines of 120.

A function is counted from its `def` line to its last one, docstring included, decorators not. Positional arguments (at
most two) and the characters of Python's lines are counted by ruff, signatures without types by mypy.
"""

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_A_FILE = 299
MEDIAN_LINES_OF_A_FUNCTION = 8
MOST_CHARACTERS_OF_A_LINE = 120
SCRIPTS = ("*.py", "frontend/*.js", "frontend/*.mjs", "tools/*.sh", "deploy/*.sh")
COUNTED = (*SCRIPTS, "templates/*.html", "frontend/*.scss", "*.conf")
Length = tuple[int, str]
"""Lines, and of what."""


def tracked_files() -> list[Path]:
    """What git knows or would take in; built and installed files do not count."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *COUNTED]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted(path for name in names if name and (path := Path(name)).is_file())


def lengths_of_files(paths: list[Path]) -> Iterator[Length]:
    for path in paths:
        yield len(path.read_text(encoding="utf-8").splitlines()), str(path)


def long_lines(paths: list[Path]) -> Iterator[str]:
    """Lines of scripts that one has to scroll for."""
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if len(line) > MOST_CHARACTERS_OF_A_LINE:
                yield f"{path}:{number} has {len(line)} characters (at most {MOST_CHARACTERS_OF_A_LINE})"


def lengths_of_functions(paths: list[Path]) -> Iterator[Length]:
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (node.end_lineno or node.lineno) - node.lineno + 1, f"{path}:{node.lineno} {node.name}"


def too_long(found: list[Length], *, most: int) -> Iterator[str]:
    yield from (f"{name} has {lines} lines (at most {most})" for lines, name in found if lines > most)


def main() -> int:
    paths = tracked_files()
    python = [path for path in paths if path.suffix == ".py"]
    product = [path for path in python if path.parts[0] == "smartdrive"]
    files, functions = list(lengths_of_files(paths)), list(lengths_of_functions(python))
    median = int(statistics.median_high([lines for lines, _ in lengths_of_functions(product)] or [0]))
    faults = [
        *too_long(files, most=MOST_LINES_OF_A_FILE),
        *too_long(functions, most=MOST_LINES_OF_A_FUNCTION),
        *too_long([(median, "smartdrive's median function")], most=MEDIAN_LINES_OF_A_FUNCTION),
        *long_lines([path for path in paths if path.suffix in (".js", ".mjs")]),
    ]
    longest = [f"{lines} lines ({name})" for lines, name in (max(functions, default=(0, "none")), max(files))]
    numbers = f"house numbers: median function {median} lines, longest {longest[0]}; longest file {longest[1]}"
    print(*faults, numbers, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
