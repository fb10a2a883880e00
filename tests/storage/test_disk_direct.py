"""Parts on their way past the page cache: the same bytes as by any other way, wherever that way is closed."""

import errno
import mmap
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartdrive.storage import disk_direct
from smartdrive.storage.disk_direct import BLOCK, WINDOW
from smartdrive.storage.disk_files import send

PLACE = 3 * WINDOW


@pytest.fixture
def target(tmp_path: Path) -> Iterator[int]:
    handle = os.open(tmp_path / "whole", os.O_RDWR | os.O_CREAT)
    os.posix_fallocate(handle, 0, PLACE)
    yield handle
    os.close(handle)


def sent(tmp_path: Path, target: int, *, body: bytes, offset: int) -> bytes:
    (tmp_path / "body").write_bytes(body)
    source = os.open(tmp_path / "body", os.O_RDONLY)
    try:
        send(source, target, offset=offset, length=len(body))
    finally:
        os.close(source)
    return os.pread(target, PLACE, 0)


def expected(body: bytes, offset: int) -> bytes:
    return bytes(offset) + body + bytes(PLACE - offset - len(body))


@pytest.mark.parametrize("length", [0, 1, BLOCK - 1, BLOCK, WINDOW, WINDOW + BLOCK + 1, 2 * WINDOW - 1])
@pytest.mark.parametrize("offset", [0, BLOCK, WINDOW, 1, BLOCK + 512])
def test_the_bytes_stand_where_they_belong(tmp_path: Path, target: int, offset: int, length: int) -> None:
    body = os.urandom(length)
    assert sent(tmp_path, target, body=body, offset=offset) == expected(body, offset)


@pytest.mark.parametrize("windows", [0, 1])
def test_a_file_system_that_cannot_gets_the_rest_another_way(
    tmp_path: Path, target: int, monkeypatch: pytest.MonkeyPatch, windows: int
) -> None:
    pwrite, body = os.pwrite, os.urandom(2 * WINDOW)

    def fail_after(handle: int, data: bytes, offset: int) -> int:
        if offset >= windows * WINDOW:
            raise OSError(errno.EINVAL, "no")
        return pwrite(handle, data, offset)

    monkeypatch.setattr(disk_direct.os, "pwrite", fail_after)
    assert sent(tmp_path, target, body=body, offset=0) == expected(body, 0)


def test_a_short_write_goes_on_at_a_block(tmp_path: Path, target: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pwrite, body, sizes = os.pwrite, os.urandom(WINDOW), []

    def short(handle: int, data: mmap.mmap, offset: int) -> int:
        sizes.append(len(data))
        with memoryview(data) as whole, whole[: max(BLOCK, len(whole) // 2)] as half:
            return pwrite(handle, half, offset)

    monkeypatch.setattr(disk_direct.os, "pwrite", short)
    assert sent(tmp_path, target, body=body, offset=0) == expected(body, 0)
    assert len(sizes) > 3


def test_what_is_wrong_with_the_disk_is_told(tmp_path: Path, target: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(disk_direct.os, "pwrite", broken)
    with pytest.raises(OSError, match="broken"):
        sent(tmp_path, target, body=bytes(WINDOW), offset=0)
