"""What is uploaded: random bytes, made once for a run, in memory."""

import os
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
KIB = 1 << 10
SMALL_FILES = 1000
LONG_LIST = 10_000
SHORT_LIST = 20


@dataclass(frozen=True)
class Inputs:
    """`big` is a file on a memory file system; `small` the bodies of 1,000 files of 10 KiB."""

    big: Path
    small: dict[str, bytes]

    @property
    def big_size(self) -> int:
        return self.big.stat().st_size


def make(folder: Path, *, big_mib: int) -> Inputs:
    big = folder / "big.bin"
    with big.open("wb") as file:
        for _ in range(big_mib):
            file.write(os.urandom(MIB))
    return Inputs(big, {f"letter-{number:04d}.bin": os.urandom(10 * KIB) for number in range(SMALL_FILES)})


def list_of(count: int) -> dict[str, bytes]:
    """Names and bodies of so many tiny files."""
    return {f"minutes-{number:06d}.txt": b"%d\n" % number for number in range(count)}
