"""Downloads, and bytes that pass through this process, on every engine."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from smartdrive.domain.http_names import disposition
from smartdrive.ports.objects import Delivery, Incomplete, Missing, Plan
from tests.contract.stores import Store, bytes_of, new_key, pytest_generate_tests, store

__all__ = ["pytest_generate_tests", "store"]

PLAIN = Delivery("a.txt", "text/plain; charset=utf-8")


@pytest.mark.parametrize("inline", [False, True])
def test_an_address_fixes_name_type_and_disposition(store: Store, inline: bool) -> None:
    plan = store.upload(b"bytes")
    done = store.objects.finish_put(plan)
    delivery = Delivery('Żółć "1".txt', "text/plain; charset=utf-8", inline=inline)
    url = store.objects.sign_get(plan.key, delivery, version=done.version, expires_in=300)
    answer = store.call("GET", url)
    assert (answer.status_code, answer.content) == (200, b"bytes")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"] == disposition(delivery.filename, inline=inline)


def test_ranges_by_address(store: Store) -> None:
    plan = store.upload(bytes_of(900))
    store.objects.finish_put(plan)
    url = store.objects.sign_get(plan.key, PLAIN, expires_in=300)
    answer = store.call("GET", url, headers={"Range": "bytes=100-199"})
    assert (answer.status_code, answer.content) == (206, bytes_of(900)[100:200])
    assert answer.headers["Content-Range"] == "bytes 100-199/900"
    assert store.call("GET", url, headers={"Range": "bytes=900-"}).status_code == 416


def test_an_address_of_what_is_not_there(store: Store) -> None:
    url = store.objects.sign_get(new_key(), PLAIN, expires_in=300)
    assert store.call("GET", url).status_code in (403, 404)  # S3 says 403 to who may not list the bucket


@pytest.mark.parametrize(
    ("start", "length"), [(0, None), (0, 0), (0, 1), (5, 10), (899, 5), (900, None), (2000, 5), (3, None)]
)
def test_reading_a_range(store: Store, start: int, length: int | None) -> None:
    plan = store.upload(bytes_of(900))
    store.objects.finish_put(plan)
    end = None if length is None else start + length
    found = b"".join(store.objects.open(plan.key, start=start, length=length))
    assert found == bytes_of(900)[start:end]


@pytest.mark.parametrize("length", [None, 0, 5])
def test_reading_an_empty_object(store: Store, length: int | None) -> None:
    plan = store.upload(b"")
    done = store.objects.finish_put(plan)
    assert list(store.objects.open(plan.key, version=done.version, length=length)) == []


def test_reading_what_is_not_there(store: Store) -> None:
    with pytest.raises(Missing):
        next(store.objects.open(new_key()))
    assert store.objects.stat(new_key()) is None


# Through this process


@pytest.mark.parametrize("size", [0, 1, 300_000])
def test_put_and_read(store: Store, size: int) -> None:
    key = new_key()
    assert store.objects.put(key, io.BytesIO(bytes_of(size)), size=size).size == size
    assert store.read(key) == bytes_of(size)


def test_put_in_several_blocks_and_parts(store: Store) -> None:
    key, size = new_key(), 9 * 1024 * 1024
    done = store.objects.put(key, io.BytesIO(bytes_of(size)), size=size)
    assert store.read(key, version=done.version) == bytes_of(size)


@pytest.mark.parametrize("real", [0, 4, 6])
def test_put_of_another_length_leaves_nothing(store: Store, real: int) -> None:
    # SECURITY 38
    key = new_key()
    with pytest.raises(Incomplete):
        store.objects.put(key, io.BytesIO(b"x" * real), size=5)
    assert not store.holds(key)


def test_put_whose_stream_breaks_leaves_nothing(store: Store) -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise ConnectionResetError

    key = new_key()
    with pytest.raises(ConnectionResetError):
        store.objects.put(key, Broken(), size=5)  # type: ignore[arg-type]
    assert not store.holds(key)


def test_delete_twice(store: Store) -> None:
    plan = store.upload(b"bytes")
    done = store.objects.finish_put(plan)
    store.objects.delete(plan.key)
    store.objects.delete(plan.key)
    assert store.objects.stat(plan.key) is None
    with pytest.raises(Missing):
        store.read(plan.key, version=done.version)


def test_delete_takes_its_own_key_only(store: Store) -> None:
    plan = store.upload(b"bytes")
    store.objects.finish_put(plan)
    longer = plan.key + "x"
    store.objects.put(longer, io.BytesIO(b"other"), size=5)
    store.objects.delete(plan.key)
    assert store.read(longer) == b"other"


def test_keys_lists_objects_and_unfinished_uploads(store: Store) -> None:
    done = store.upload(b"bytes")
    store.objects.finish_put(done)
    open_one = store.objects.plan_put(new_key(), size=store.part_size * 2, part_size=store.part_size)
    found = {stored.key: stored for stored in store.list()}
    assert (found[done.key].size, found[done.key].unfinished) == (5, False)
    assert found[open_one.key].unfinished
    assert [stored.key for stored in store.list(done.key)] == [done.key]
    seen = found[open_one.key]
    store.objects.abandon_put(Plan(seen.key, 0, 1, seen.handle))
    assert not store.holds(open_one.key)


def test_listed_times_tell_the_age(store: Store) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    done = store.upload(b"bytes")
    store.objects.finish_put(done)
    open_one = store.objects.plan_put(new_key(), size=store.part_size * 2, part_size=store.part_size)
    found = {stored.key: stored.modified for stored in store.list()}
    assert before <= min(found[done.key], found[open_one.key])
    assert max(found[done.key], found[open_one.key]) <= datetime.now(UTC) + timedelta(seconds=5)
    store.objects.abandon_put(open_one)


def test_ready(store: Store) -> None:
    store.objects.ready()
