"""Durable file operations on descriptors; every failure of the system comes out as a failure of the port."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from smartdrive.ports.objects import Incomplete, Missing
from smartdrive.ports.table import OutOfRoom, Unavailable
from smartdrive.storage import disk_direct

BLOCK = 256 * 1024
PRIVATE = 0o600
KEPT_FREE = 64 * 1024 * 1024
"""Bytes that uploads leave on the disk, or a twentieth of a small one: signing in and deleting must go on."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_SENDFILE = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP})


@contextmanager
def failures() -> Iterator[None]:
    """Turn errors of the disk into OutOfRoom or Unavailable; a broken connection stays what it is."""
    try:
        yield
    except ConnectionError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise OutOfRoom("the disk is full") from error
        raise Unavailable(f"the disk does not answer: {error.strerror}") from error


def spare(path: Path, size: int) -> None:
    """Raise OutOfRoom unless the disk has room for `size` more bytes and what the rest of the drive lives on."""
    disk = os.statvfs(path)
    kept = min(KEPT_FREE, disk.f_blocks * disk.f_frsize // 20)
    if disk.f_bavail * disk.f_frsize < size + kept:
        raise OutOfRoom("the disk is full but for what is kept free")


@contextmanager
def gone() -> Iterator[None]:
    """A name that is not there is an object or upload that is not there (any more)."""
    try:
        yield
    except FileNotFoundError as error:
        raise Missing from error


@contextmanager
def folder(path: Path) -> Iterator[int]:
    """Open a folder for calls relative to it; Missing when it is not there."""
    with gone():
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield handle
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An open file with a part's bytes: descriptor of its folder, its name there and its own descriptor."""

    home: int
    name: str
    handle: int


@contextmanager
def scratch(at: int) -> Iterator[Attempt]:
    """A temporary file of one attempt in the open folder `at`; gone afterwards unless it was renamed."""
    name = f"tmp-{secrets.token_hex(8)}"
    with gone():
        handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE, dir_fd=at)
    try:
        yield Attempt(at, name, handle)
    finally:
        os.close(handle)
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=at)


def sync_folder(path: Path) -> None:
    """Make the names in a folder survive a power cut."""
    with folder(path) as handle:
        os.fsync(handle)


def receive(stream: BinaryIO, handle: int, *, length: int, part: int = 1) -> None:
    """Write exactly `length` bytes of the stream; Incomplete([part]) when it ends early or goes on."""
    left = length
    while left:
        block = stream.read(min(BLOCK, left))
        if not block:
            raise Incomplete([part])
        left -= len(block)
        _write(handle, block)
    if stream.read(1):
        raise Incomplete([part])


def _write(handle: int, block: bytes) -> None:
    view = memoryview(block)
    while view:
        view = view[os.write(handle, view) :]


def send(source: int, target: int, *, offset: int, length: int) -> None:
    """Copy the first `length` bytes of `source` to `offset` of `target`: past the page cache, or inside the kernel."""
    done = disk_direct.send(source, target, offset=offset, length=length)
    os.lseek(target, offset + done, os.SEEK_SET)
    try:
        while done < length and (sent := os.sendfile(target, source, done, length - done)):
            done += sent
    except OSError as error:
        if error.errno not in _NO_SENDFILE:
            raise
        done = _send_by_hand(source, target, start=done, length=length)
    if done != length:
        raise Incomplete([1])


def _send_by_hand(source: int, target: int, *, start: int, length: int) -> int:
    """The offset of `target` stands where `start` belongs: both ways move it."""
    done = start
    while done < length and (block := os.pread(source, min(BLOCK, length - done), done)):
        _write(target, block)
        done += len(block)
    return done


def blocks(path: Path, *, start: int, length: int | None) -> Iterator[bytes]:
    """Yield a range of a file; Missing before the first block when it is not there."""
    with gone():
        file = path.open("rb", buffering=0)
    with file:
        left = os.fstat(file.fileno()).st_size - start
        left = left if length is None else min(left, length)
        file.seek(start)
        while left > 0 and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block
