"""The objects port, one suite for every engine. Signed addresses are used as a browser does: over HTTP."""

import io
import random
from datetime import UTC, datetime, timedelta

import pytest

from smartdrive.domain.http_names import disposition
from smartdrive.ports.objects import Delivery, Incomplete, Missing, Plan
from tests.contract.stores import Store, engines_for, new_key, store

__all__ = ["store"]

PLAIN = Delivery("a.txt", "text/plain; charset=utf-8")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "store" in metafunc.fixturenames:
        engines = engines_for(metafunc.function.__name__)
        metafunc.parametrize("store", engines, indirect=True, scope="module")


def bytes_of(size: int, *, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def listed(store: Store, *, prefix: str = "") -> set[str]:
    return {stored.key for stored in store.list(prefix)}


# Uploading


@pytest.mark.parametrize("size", [0, 1, 999])
def test_one_put(store: Store, size: int) -> None:
    body = bytes_of(size)
    plan = store.upload(body)
    assert plan.parts == 1
    assert store.objects.finish_put(plan).size == size
    assert store.read(plan.key) == body


def test_exactly_one_part(store: Store) -> None:
    body = bytes_of(store.part_size)
    plan = store.upload(body)
    assert plan.parts == 1
    assert store.objects.finish_put(plan).size == len(body)
    assert store.read(plan.key) == body


def test_parts_in_any_order_make_the_object(store: Store) -> None:
    body = bytes_of(2 * store.part_size + 7)
    plan = store.objects.plan_put(new_key(), size=len(body), part_size=store.part_size)
    for number in (3, 1, 2):
        start = (number - 1) * store.part_size
        assert store.send(plan, number, body[start : start + plan.length(number)]).status_code == 200
    done = store.objects.finish_put(plan)
    assert done.size == len(body)
    assert store.read(plan.key, version=done.version) == body


def test_arrived_parts_are_listed_for_resuming(store: Store) -> None:
    size = 2 * store.part_size + 1
    plan = store.objects.plan_put(new_key(), size=size, part_size=store.part_size)
    assert store.objects.list_parts(plan) == []
    store.send(plan, 3, b"x")
    assert store.objects.list_parts(plan) == [3]
    store.send(plan, 1, bytes_of(store.part_size))
    assert store.objects.list_parts(plan) == [1, 3]
    with pytest.raises(Incomplete) as refused:
        store.objects.finish_put(plan)
    assert refused.value.missing == (2,)
    assert store.objects.stat(plan.key) is None
    store.objects.abandon_put(plan)


def test_a_single_put_that_never_came_is_incomplete(store: Store) -> None:
    plan = store.objects.plan_put(new_key(), size=5, part_size=store.part_size)
    assert store.objects.list_parts(plan) == []
    with pytest.raises(Incomplete) as refused:
        store.objects.finish_put(plan)
    assert refused.value.missing == (1,)


def test_a_part_sent_twice_counts_once_and_the_last_one_stands(store: Store) -> None:
    plan = store.objects.plan_put(new_key(), size=store.part_size + 3, part_size=store.part_size)
    store.send(plan, 1, bytes_of(store.part_size))
    store.send(plan, 2, b"old")
    store.send(plan, 2, b"new")
    store.objects.finish_put(plan)
    assert store.read(plan.key) == bytes_of(store.part_size) + b"new"


@pytest.mark.parametrize("tail", [None, 9])
def test_finishing_twice_gives_the_same(store: Store, tail: int | None) -> None:
    body = bytes_of(10 if tail is None else store.part_size + tail)
    plan = store.upload(body)
    first = store.objects.finish_put(plan)
    assert store.objects.finish_put(plan) == first
    assert store.objects.stat(plan.key) == first


def test_only_planned_parts_are_signed(store: Store) -> None:
    plan = store.objects.plan_put(new_key(), size=5, part_size=store.part_size)
    for number in (0, 2, -1):
        with pytest.raises(ValueError, match="no part"):
            store.objects.sign_parts(plan, [1, number], expires_in=300)


# What an address allows (SECURITY 38, 39, 40)


@pytest.mark.parametrize("length", [4, 6, 0])
def test_a_body_of_another_length_is_refused(store: Store, length: int) -> None:
    plan = store.objects.plan_put(new_key(), size=5, part_size=store.part_size)
    assert 400 <= store.send(plan, 1, b"x" * length).status_code < 500
    assert store.objects.list_parts(plan) == []


def test_parts_of_another_length_never_become_an_object(store: Store) -> None:
    # SECURITY 40
    single = store.objects.plan_put(new_key(), size=5, part_size=store.part_size)
    store.send(single, 1, b"x" * 6)
    plan = store.objects.plan_put(new_key(), size=store.part_size + 3, part_size=store.part_size)
    store.send(plan, 1, bytes_of(store.part_size))
    store.send(plan, 2, b"four")
    for upload, missing in ((single, (1,)), (plan, (2,))):
        with pytest.raises(Incomplete) as refused:
            store.objects.finish_put(upload)
        assert refused.value.missing == missing
        assert store.objects.stat(upload.key) is None
    store.objects.abandon_put(plan)


def test_an_address_is_for_its_method_only(store: Store) -> None:
    plan = store.upload(b"bytes")
    put = store.objects.sign_parts(plan, [1], expires_in=300)[1].url
    store.objects.finish_put(plan)
    get = store.objects.sign_get(plan.key, PLAIN, expires_in=300)
    assert store.call("GET", put).status_code in (403, 404, 405)
    assert store.call("PUT", get, b"bytes").status_code in (403, 404, 405)
    assert store.call("DELETE", get).status_code in (403, 404, 405)
    assert store.read(plan.key) == b"bytes"


def test_an_address_is_for_its_key_only(store: Store) -> None:
    plan, other = (store.objects.plan_put(new_key(), size=5, part_size=store.part_size) for _ in range(2))
    mine, theirs = (store.objects.sign_parts(p, [1], expires_in=300)[1].url for p in (plan, other))
    mixed = mine.replace(plan.key, other.key)
    if store.engine == "disk":  # the key stands inside the token: join one's payload with the other's MAC
        token, other_token = (url.split("/objects/")[1].split("/")[0] for url in (mine, theirs))
        mixed = mine.replace(token, other_token[:-24] + token[-24:])
    assert mixed != mine
    assert store.call("PUT", mixed, b"bytes").status_code == 403
    assert store.objects.list_parts(other) == []


def test_an_address_is_for_its_part_only(store: Store) -> None:
    plan = store.objects.plan_put(new_key(), size=2 * store.part_size, part_size=store.part_size)
    url = store.objects.sign_parts(plan, [1], expires_in=300)[1].url
    mixed = url.replace("partNumber=1", "partNumber=2")
    if store.engine == "disk":
        mixed = url.removesuffix("/1") + "/2"
    assert mixed != url
    assert store.call("PUT", mixed, bytes_of(store.part_size)).status_code == 403
    assert store.objects.list_parts(plan) == []
    store.objects.abandon_put(plan)


def test_a_changed_signature_is_refused(store: Store) -> None:
    plan = store.objects.plan_put(new_key(), size=5, part_size=store.part_size)
    url = store.objects.sign_parts(plan, [1], expires_in=300)[1].url
    last = url.removesuffix("/1")[-1]
    changed = url.removesuffix("/1")[:-1] + ("0" if last != "0" else "1")
    changed += "/1" if store.engine == "disk" else ""
    assert store.call("PUT", changed, b"bytes").status_code == 403
    assert store.call("PUT", url, b"bytes").status_code == 200


def test_an_address_ends(store: Store) -> None:
    plan = store.upload(b"bytes")
    put = store.objects.sign_parts(plan, [1], expires_in=1)[1].url
    store.objects.finish_put(plan)
    get = store.objects.sign_get(plan.key, PLAIN, expires_in=1)
    store.pass_seconds(3)
    assert store.call("PUT", put, b"BYTES").status_code == 403
    assert store.call("GET", get).status_code == 403
    assert store.read(plan.key) == b"bytes"


def test_no_late_put_changes_what_is_read(store: Store) -> None:
    # SECURITY 40
    check_late_puts(store, bytes_of(10))


def test_no_late_part_changes_what_is_read(store: Store) -> None:
    # SECURITY 40
    check_late_puts(store, bytes_of(store.part_size + 9))


def check_late_puts(store: Store, body: bytes) -> None:
    plan = store.upload(body)
    addresses = store.objects.sign_parts(plan, range(1, plan.parts + 1), expires_in=300)
    done = store.objects.finish_put(plan)
    for number, signed in addresses.items():
        store.call("PUT", signed.url, b"!" * plan.length(number), signed.headers)
    assert store.read(plan.key, version=done.version) == body
    url = store.objects.sign_get(plan.key, PLAIN, version=done.version, expires_in=300)
    assert store.call("GET", url).content == body


def test_a_late_put_makes_a_version_that_nobody_reads(store: Store) -> None:
    # SECURITY 40
    plan = store.upload(b"first")
    signed = store.objects.sign_parts(plan, [1], expires_in=300)[1]
    done = store.objects.finish_put(plan)
    assert done.version
    assert store.call("PUT", signed.url, b"later", signed.headers).status_code == 200
    assert store.read(plan.key, version=done.version) == b"first"
    store.objects.delete(plan.key)
    assert plan.key not in listed(store)


def test_the_addresses_of_an_abandoned_upload_are_dead(store: Store) -> None:
    plan = store.objects.plan_put(new_key(), size=store.part_size + 3, part_size=store.part_size)
    signed = store.objects.sign_parts(plan, [1, 2], expires_in=300)
    store.send(plan, 1, bytes_of(store.part_size))
    store.objects.abandon_put(plan)
    store.objects.abandon_put(plan)
    assert store.call("PUT", signed[2].url, b"abc").status_code == 404
    assert plan.key not in listed(store)
    with pytest.raises(Missing):
        store.objects.list_parts(plan)
    with pytest.raises(Missing):
        store.objects.finish_put(plan)


def test_abandoning_what_was_finished_removes_it(store: Store) -> None:
    plan = store.upload(b"bytes")
    store.objects.finish_put(plan)
    store.objects.abandon_put(plan)
    assert store.objects.stat(plan.key) is None


# Downloading


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
    assert key not in listed(store)


def test_put_whose_stream_breaks_leaves_nothing(store: Store) -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise ConnectionResetError

    key = new_key()
    with pytest.raises(ConnectionResetError):
        store.objects.put(key, Broken(), size=5)  # type: ignore[arg-type]
    assert key not in listed(store)


def test_copy(store: Store) -> None:
    plan, target = store.upload(b"bytes"), new_key()
    done = store.objects.finish_put(plan)
    assert store.objects.copy(plan.key, target, version=done.version).size == 5
    store.objects.delete(plan.key)
    assert store.read(target) == b"bytes"
    with pytest.raises(Missing):
        store.objects.copy(plan.key, new_key())


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
    assert listed(store, prefix=done.key) == {done.key}
    seen = found[open_one.key]
    store.objects.abandon_put(Plan(seen.key, 0, 1, seen.handle))
    assert open_one.key not in listed(store)


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
