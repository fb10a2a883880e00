"""What is uploaded: random bytes, made once for a run, in memory."""

import os
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
KIB = 1 << 10
LONG_LIST = 10_000
LONGEST_LIST = 100_000
SHORT_LIST = 20
ZIPPED = 1000
ZIPPED_SIZE = 200_000


@dataclass(frozen=True)
class Inputs:
    """`big` and `huge`, twice as large, are files in memory; `small` the bodies of files of 10 KiB."""

    big: Path
    huge: Path
    small: dict[str, bytes]

    @property
    def big_size(self) -> int:
        return self.big.stat().st_size

    @property
    def sizes(self) -> dict[str, str]:
        """In people's words."""
        mib = self.big_size // MIB
        return {"big": f"{mib:,} MiB", "huge": f"{2 * mib:,} MiB", "small": f"{len(self.small):,}"}


def make(folder: Path, *, big_mib: int, small_files: int) -> Inputs:
    big, huge = folder / "big.bin", folder / "huge.bin"
    with big.open("wb") as file, huge.open("wb") as larger:
        for _ in range(big_mib):
            block = os.urandom(MIB)
            file.write(block)
            larger.write(block * 2)
    return Inputs(big, huge, {f"letter-{number:04d}.bin": os.urandom(10 * KIB) for number in range(small_files)})


def list_of(count: int) -> dict[str, bytes]:
    """Names and bodies of so many tiny files."""
    return {f"minutes-{number:06d}.txt": b"%d\n" % number for number in range(count)}


def pictures() -> dict[str, bytes]:
    """Files of 200 KB, 200 MB together, each with bytes of its own."""
    block = os.urandom(ZIPPED_SIZE)
    return {f"picture-{number:04d}.jpg": b"%08d" % number + block[8:] for number in range(ZIPPED)}
