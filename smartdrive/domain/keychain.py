"""Keys for sessions, signing, links and the password pepper, derived from one secret by HKDF labels (RFC 5869)."""

import hashlib
import hmac
from dataclasses import dataclass, field

Label = str


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys of one secret. `id` names the secret without telling anything of it; stored beside what used it."""

    secret: bytes = field(repr=False)
    _derived: dict[Label, bytes] = field(default_factory=dict, repr=False, compare=False)

    def derive(self, label: Label) -> bytes:
        """32 bytes for one purpose; keys of different labels say nothing of each other. Every request asks."""
        if label not in self._derived:
            extracted = hmac.digest(b"smartdrive", self.secret, "sha256")
            self._derived[label] = hmac.digest(extracted, label.encode() + b"\x01", "sha256")
        return self._derived[label]

    @property
    def id(self) -> str:
        """Eight hex digits."""
        return self.derive("id").hex()[:8]


@dataclass(frozen=True, slots=True)
class Keychain:
    """The current secret's keys and, while it is rotated, those of the one before."""

    current: Keys
    previous: Keys | None = None

    def find(self, key_id: str) -> Keys | None:
        """The keys with this id, if they are still accepted."""
        return next((keys for keys in self.all() if hmac.compare_digest(keys.id, key_id)), None)

    def all(self) -> list[Keys]:
        """Current first."""
        return [self.current, *([self.previous] if self.previous else [])]


def keychain(secret: str, previous: str = "") -> Keychain:
    """The keychain of the configured secrets."""
    return Keychain(Keys(secret.encode()), Keys(previous.encode()) if previous else None)


def digest(text: str) -> str:
    """SHA-256 in hex, for what may be looked up but not stored."""
    return hashlib.sha256(text.encode()).hexdigest()
