"""Releases to install: made from this working tree, as it is or changed."""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.shipped import PROJECT

QUIET = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
AUTHOR = ["-c", "user.name=A test", "-c", "user.email=a@example.org"]


def environment() -> str:
    """What the installer calls the one with this working tree's requirements, for this Python."""
    digest = hashlib.sha256((PROJECT / "requirements.txt").read_bytes()).hexdigest()[:16]
    return f"{digest}-python{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True)
class Release:
    archive: Path
    digest: str

    @property
    def version(self) -> str:
        return self.archive.name.removeprefix("smartdrive-").removesuffix(".tar.gz")


class Source:
    """This working tree as a repository of its own, from which releases are made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        names = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, check=True, capture_output=True).stdout
        there = b"\0".join(name for name in names.split(b"\0") if name and (PROJECT / os.fsdecode(name)).exists())
        packed = subprocess.run(
            ["tar", "-c", "--null", "--files-from=-"], cwd=PROJECT, input=there, check=True, capture_output=True
        ).stdout
        subprocess.run(["tar", "-x"], cwd=folder, input=packed, check=True)
        self.git("init", "-q")

    def git(self, *words: str) -> None:
        subprocess.run(["git", *AUTHOR, *words], cwd=self.folder, env=os.environ | QUIET, check=True)

    def release(self, **changed: str) -> Release:
        """With more text at the end of some files, this one alone."""
        paths = {self.folder / name.replace("__", "."): text for name, text in changed.items()}
        before = {path: path.read_text("utf-8") for path in paths}
        for path, text in paths.items():
            path.write_text(before[path] + text, "utf-8")
        self.git("add", "--all", "--force")
        self.git("commit", "-q", "--allow-empty", "-m", "A release")
        made = subprocess.run(
            ["tools/release.sh"], cwd=self.folder, env=os.environ | QUIET, check=True, capture_output=True, text=True
        )
        for path, text in before.items():
            path.write_text(text, "utf-8")
        digest, name = made.stdout.split()
        return Release(self.folder / "artefacts" / name, digest)
