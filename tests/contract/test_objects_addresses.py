"""What a signed address allows, and that nothing late changes what is read, on every engine."""

import pytest

from smartdrive.ports.objects import Delivery, Incomplete, Missing
from tests.contract.stores import Store, bytes_of, new_key, pytest_generate_tests, store

__all__ = ["pytest_generate_tests", "store"]

PLAIN = Delivery("a.txt", "text/plain; charset=utf-8")


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


def test_the_credentials_of_the_tests_have_no_end(store: Store) -> None:
    assert store.objects.signing_ends() is None


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
    assert not store.holds(plan.key)


def test_the_addresses_of_an_abandoned_upload_are_dead(store: Store) -> None:
    plan = store.objects.plan_put(new_key(), size=store.part_size + 3, part_size=store.part_size)
    signed = store.objects.sign_parts(plan, [1, 2], expires_in=300)
    store.send(plan, 1, bytes_of(store.part_size))
    store.objects.abandon_put(plan)
    store.objects.abandon_put(plan)
    assert store.call("PUT", signed[2].url, b"abc").status_code == 404
    assert not store.holds(plan.key)
    with pytest.raises(Missing):
        store.objects.list_parts(plan)
    with pytest.raises(Missing):
        store.objects.finish_put(plan)


def test_abandoning_what_was_finished_removes_it(store: Store) -> None:
    plan = store.upload(b"bytes")
    store.objects.finish_put(plan)
    store.objects.abandon_put(plan)
    assert store.objects.stat(plan.key) is None
