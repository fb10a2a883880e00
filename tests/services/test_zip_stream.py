"""The bytes of a zip: exact length, any range, zip64, checksums that come late, and bounded memory."""

import io
import os
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.usage import memory_of
from smartdrive.domain.errors import TooLarge
from smartdrive.ports.objects import Missing
from smartdrive.services.zip_contents import MOST_BYTES, Contents, Stored
from smartdrive.services.zip_stream import AHEAD, FETCHED, Torn
from tests.services.zipping import NOON, Bytes, put, stream_of, whole, write_sparse

GIB = 1 << 30


def sample(*, summed: bool = True) -> tuple[Contents, Bytes]:
    """A bit of everything; the one large file is fetched in three pieces where storage is distant."""
    contents, objects = Contents(), Bytes()
    contents.add_folder(0, name="Żółw", node_id="f", modified=NOON)
    put(contents, objects, "empty", data=b"")
    put(contents, objects, "日本.txt", data=b"hello", summed=summed)
    contents.add_folder(1, name="nothing in it", node_id="g", modified=NOON + 1)
    put(contents, objects, "large.bin", data=bytes(range(251)) * (2 * FETCHED // 251 + 999), parent=1)
    put(contents, objects, "small.bin", data=b"x" * 70_000, parent=1, summed=summed)
    return contents, objects


def test_it_reads_back_with_its_times_and_exactly_as_long_as_said() -> None:
    contents, objects = sample()
    made = whole(stream_of(contents, objects))
    assert len(made) == contents.length
    found = zipfile.ZipFile(io.BytesIO(made))
    assert found.testzip() is None
    names = ["Żółw/", "empty", "日本.txt", "Żółw/nothing in it/", "Żółw/large.bin", "Żółw/small.bin"]
    assert found.namelist() == names
    assert found.read("日本.txt") == b"hello"
    assert found.getinfo("empty").date_time == (2026, 11, 21, 12, 0, 0)
    assert {info.compress_type for info in found.infolist()} == {zipfile.ZIP_STORED}
    assert not any(info.flag_bits & 8 for info in found.infolist()), "checksums stand before the bytes"


CONTENTS, OBJECTS = sample()
WHOLE = whole(stream_of(CONTENTS, OBJECTS))
EDGES = [0, 1, 40, 90, 200, len(WHOLE) - 400, len(WHOLE) - 1, len(WHOLE)]
place = st.integers(0, len(WHOLE)) | st.sampled_from(EDGES) | st.integers(0, 400)


@pytest.mark.parametrize("distant", [False, True])
@settings(max_examples=60)
@given(one=place, other=place)
def test_any_range_is_that_slice_of_the_whole(distant: bool, one: int, other: int) -> None:
    start, stop = sorted((one, other))
    stream = stream_of(CONTENTS, OBJECTS, distant=distant)
    assert b"".join(stream.between(start, stop)) == WHOLE[start:stop]


def test_a_range_reads_only_what_it_needs() -> None:
    contents, objects = sample()
    b"".join(stream_of(contents, objects).between(contents.length - 30, contents.length))
    assert objects.asked == []


@pytest.mark.parametrize("distant", [False, True])
def test_checksums_nobody_knows_yet_follow_their_files(distant: bool) -> None:
    contents, objects = sample(summed=False)
    assert (contents.complete, contents.etag) == (False, "")
    made = whole(stream_of(contents, objects, distant=distant))
    assert len(made) == contents.length
    found = zipfile.ZipFile(io.BytesIO(made))
    assert found.testzip() is None
    late = {info.filename for info in found.infolist() if info.flag_bits & 8}
    assert late == {"日本.txt", "Żółw/small.bin"}


def huge(*, summed: bool = True) -> tuple[Contents, Bytes]:
    """5 GiB in the middle, whose bytes nobody has; one just below 4 GiB; and a small one behind."""
    contents, objects = Contents(), Bytes()
    put(contents, objects, "first.txt", data=b"first")
    contents.add_file(0, name="film.bin", stored=Stored("nowhere", "", 5 * GIB, 1 if summed else None, NOON))
    contents.add_file(0, name="limit.bin", stored=Stored("nowhere", "", 4 * GIB - 2, 2, NOON))
    put(contents, objects, "last.txt", data=b"last")
    return contents, objects


def test_files_and_zips_over_4_gib(tmp_path: Path) -> None:
    contents, objects = huge()
    path = tmp_path / "huge.zip"
    write_sparse(stream_of(contents, objects), path)
    assert path.stat().st_size == contents.length > 9 * GIB
    with zipfile.ZipFile(path) as found:
        assert found.read("last.txt") == b"last"
        assert found.getinfo("film.bin").file_size == 5 * GIB
        assert found.getinfo("limit.bin").file_size == 4 * GIB - 2
    for command in (["unzip", "-l"], ["7z", "l"], ["bsdtar", "-tvf"]):
        told = subprocess.run([*command, path], capture_output=True, text=True, check=True, timeout=100).stdout
        assert str(5 * GIB) in told, command
        assert "last.txt" in told, command
    only = subprocess.run(["unzip", "-p", path, "last.txt"], capture_output=True, check=True, timeout=100)
    assert only.stdout == b"last"


def test_the_length_of_over_4_gib_with_a_checksum_to_come() -> None:
    """The tail of such a file is longer; nothing is read for a length."""
    known, late = huge()[0], huge(summed=False)[0]
    assert late.length == known.length + 24


def test_more_members_than_two_bytes_can_count() -> None:
    contents = Contents()
    for number in range(70_000):
        contents.add_file(0, name=f"{number}", stored=Stored("", "", 0, 0, NOON))
    made = whole(stream_of(contents, Bytes()))
    assert len(made) == contents.length
    assert len(zipfile.ZipFile(io.BytesIO(made)).namelist()) == 70_000


# SECURITY 35
def test_a_hundred_thousand_files_take_a_dozen_megabytes() -> None:
    before, contents, folder = memory_of(os.getpid()), Contents(), 0
    for number in range(100_000):
        if number % 10 == 0:
            contents.add_folder(0, name=f"folder {number:06d}", node_id="n" * 26, modified=NOON)
            folder = contents.folders - 1
        name = f"a file with a usual name {number:06d}.jpg"
        contents.add_file(folder, name=name, stored=Stored("o" + "k" * 26, "", 1000, 7, NOON))
    for _ in stream_of(contents, Bytes()).between(contents.directory_at, contents.length):
        pass
    assert memory_of(os.getpid()) - before < 20_000_000
    assert contents.count == 110_000


# SECURITY 35
def test_more_names_than_fit_are_refused() -> None:
    contents = Contents()
    stored = Stored("o" + "k" * 26, "v" * 32, 1000, 7, NOON)
    numbers = iter(range(1_000_000))
    with pytest.raises(TooLarge):
        all(contents.add_file(0, name=f"{number:0255d}", stored=stored) is None for number in numbers)
    assert contents.count > 100_000, "even with the longest names"
    assert MOST_BYTES < 40_000_000


def test_a_path_longer_than_a_zip_can_say_is_refused() -> None:
    contents = Contents()
    depths = range(300)
    with pytest.raises(TooLarge):
        all(contents.add_folder(depth, name="d" * 255, node_id="f", modified=NOON) is None for depth in depths)
    assert contents.folders == 1 + 65_535 // 256


def test_the_same_files_have_the_same_etag_and_no_others() -> None:
    etag = sample()[0].etag
    assert sample()[0].etag == etag

    def changed(**more: object) -> str:
        contents, _ = sample()
        stored = Stored("o9", "", 3, 5, NOON)._replace(**more)
        contents.add_file(0, name="z", stored=stored)
        return contents.etag

    others = [changed(), changed(object="o8"), changed(size=4), changed(crc=6), changed(modified=NOON + 2)]
    assert len({etag, *others}) == 6


@pytest.mark.parametrize("distant", [False, True])
@pytest.mark.parametrize("summed", [False, True])
def test_bytes_that_are_gone_or_short_end_it(distant: bool, summed: bool) -> None:
    for spoil, error in ((lambda data: data[:-1], Torn), (lambda data: data + b"x", Torn), (None, Missing)):
        contents, objects = sample(summed=summed)
        if spoil is None:
            del objects.stored["o3"]
        else:
            objects.open = longer(objects, spoil)  # type: ignore[method-assign]
        with pytest.raises(error):
            whole(stream_of(contents, objects, distant=distant))


def longer(objects: Bytes, spoil):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Storage that gives another number of bytes of the last file than it was asked for."""

    def open_(key: str, **more: object) -> Iterator[bytes]:
        data = objects.stored[key]
        start, length = int(str(more["start"])), int(str(more["length"]))
        yield spoil(data[start : start + length]) if key == "o3" else data[start : start + length]

    return open_


@dataclass
class Slow(Bytes):
    """Distant storage: answers only when as many calls are waiting as can be, and counts them."""

    waiting: int = 0
    most: int = 0
    guard: threading.Lock = field(default_factory=threading.Lock)

    def open(self, key: str, **more: object) -> Iterator[bytes]:  # type: ignore[override]
        with self.guard:
            self.waiting += 1
            self.most = max(self.most, self.waiting)
        time.sleep(0.02)
        with self.guard:
            self.waiting -= 1
        start, length = int(str(more["start"])), int(str(more["length"]))
        yield self.stored[key][start : start + length]


def test_small_files_of_distant_storage_do_not_wait_for_each_other() -> None:
    contents, objects = Contents(), Slow()
    for number in range(100):
        put(contents, objects, f"{number}", data=b"%d" % number)
    made = whole(stream_of(contents, objects, distant=True))
    assert 4 <= objects.most <= 16
    assert zipfile.ZipFile(io.BytesIO(made)).testzip() is None


def test_no_more_of_large_files_is_on_its_way_than_planned() -> None:
    contents, objects = Contents(), Slow()
    put(contents, objects, "film", data=bytes(10 * FETCHED))
    for _ in stream_of(contents, objects, distant=True).between(0, contents.length):
        pass
    assert 2 <= objects.most <= AHEAD // FETCHED


def test_who_stops_reading_stops_the_fetching() -> None:
    contents, objects = Contents(), Slow()
    for number in range(500):
        put(contents, objects, f"{number}", data=bytes(100_000))
    blocks = stream_of(contents, objects, distant=True).between(0, contents.length)
    next(iter(blocks))
    blocks.close()  # type: ignore[attr-defined]
    until = time.monotonic() + 30
    while objects.waiting and time.monotonic() < until:
        time.sleep(0.01)
    assert objects.waiting == 0
