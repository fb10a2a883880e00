"""Files that people bring along: large ones in which nothing repeats, and many small ones; and their hashes."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BLOCK = 1_000_000


@dataclass(frozen=True)
class Luggage:
    """What was packed, and the SHA-256 of each file by its name."""

    large: Path
    folder: Path
    hashes: Mapping[str, str]

    @property
    def small(self) -> list[Path]:
        return sorted(self.folder.iterdir())


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_large(path: Path, size: int) -> str:
    """Random bytes, each block with its number at its head, so that blocks that change places are found out."""
    body, total = secrets.token_bytes(BLOCK), hashlib.sha256()
    with path.open("wb") as file:
        for at in range(0, size, BLOCK):
            block = (at.to_bytes(8, "big") + body[8:])[: size - at]
            total.update(block)
            file.write(block)
    return total.hexdigest()


def pack(place: Path, *, size: int, count: int) -> Luggage:
    """A large file of `size` bytes and a folder of `count` small ones, no two of one length."""
    folder = place / "Scans"
    folder.mkdir()
    hashes = {"film.mkv": write_large(place / "film.mkv", size)}
    for number in range(count):
        path = folder / f"page {number:04}.bin"
        path.write_bytes(secrets.token_bytes(1000 + number))
        hashes[path.name] = sha256_of(path)
    return Luggage(place / "film.mkv", folder, hashes)
