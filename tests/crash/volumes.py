"""Small file systems of one's own: an image whose copy is what a power cut leaves, and a memory disk that fills up."""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def run(*words: str | Path) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True)


def mount(*words: str | Path, at: Path) -> None:
    """Mount, or skip the test where that is not allowed; tests/skips.txt knows."""
    at.mkdir(exist_ok=True)
    if os.geteuid() != 0:
        pytest.skip("only root may mount")
    try:
        run("mount", *words, at)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"mounting is not allowed here: {error.stderr.decode()}")


def unmount(at: Path) -> None:
    """A killed process may hold it for another moment."""
    for _ in range(50):
        with contextlib.suppress(subprocess.CalledProcessError):
            run("umount", at)
            return
        time.sleep(0.1)
    run("umount", "--lazy", at)


@contextmanager
def image(path: Path, at: Path, *, size: str = "512M") -> Iterator[Path]:
    """A new ext4 file system in a file, mounted."""
    run("truncate", "-s", size, path)
    run("mkfs.ext4", "-q", "-F", path)
    with mounted(path, at):
        yield at


@contextmanager
def mounted(path: Path, at: Path) -> Iterator[Path]:
    """The file system in a file, as after switching the machine on again: its journal is replayed."""
    mount("-o", "loop", path, at=at)
    try:
        yield at
    finally:
        unmount(at)


@contextmanager
def memory_disk(at: Path, *, size: str) -> Iterator[Path]:
    """A disk that is full soon."""
    mount("-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", at=at)
    try:
        yield at
    finally:
        unmount(at)
