"""Keys: one secret, a key for each purpose, and the secret before while it is rotated."""

import hashlib
import hmac

from smartdrive.domain.keychain import digest, keychain

SECRET = "a secret of the tests, long enough: 0123456789"


def test_it_is_hkdf_with_sha256() -> None:
    """RFC 5869, written out: extract with our salt, expand one block with the label."""
    extracted = hmac.new(b"smartdrive", SECRET.encode(), hashlib.sha256).digest()
    expanded = hmac.new(extracted, b"tokens" + b"\x01", hashlib.sha256).digest()
    assert keychain(SECRET).current.derive("tokens") == expanded


def test_every_purpose_and_every_secret_has_keys_of_its_own() -> None:
    labels = ["tokens", "csrf", "pepper", "objects", "links", "device", "flask", "id"]
    found = {keychain(secret).current.derive(label) for label in labels for secret in (SECRET, SECRET + "1")}
    assert len(found) == 2 * len(labels)
    assert {len(key) for key in found} == {32}


def test_ids_name_a_secret_without_telling_it() -> None:
    assert keychain(SECRET).current.id == keychain(SECRET).current.id
    assert keychain(SECRET).current.id != keychain(SECRET + "1").current.id
    assert len(keychain(SECRET).current.id) == 8


def test_the_secret_before_is_found_by_its_id() -> None:
    now, before = keychain(SECRET), keychain(SECRET + "1")
    both = keychain(SECRET, SECRET + "1")
    assert both.find(now.current.id) == now.current
    assert both.find(before.current.id) == before.current
    assert now.find(before.current.id) is None
    assert [keys.id for keys in both.all()] == [now.current.id, before.current.id]


def test_keys_are_not_in_their_repr() -> None:
    assert SECRET not in repr(keychain(SECRET, SECRET))


def test_digest_is_sha256() -> None:
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
