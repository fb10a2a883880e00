"""Password hashes: `sd1$<pepper id>$<bcrypt of the peppered password>`.

bcrypt alone sees only the first 72 bytes and stops at a zero byte; `passwords.peppered` makes all of it count.
The pepper is derived from the drive's secret, so that a stolen table alone is no use for guessing.
"""

import hmac
from dataclasses import dataclass

import bcrypt

from smartdrive.domain.keychain import Keychain, Keys
from smartdrive.domain.passwords import peppered

SCHEME = "sd1"
LABEL = "pepper"
_NOBODYS = b"." * 31


@dataclass(frozen=True, slots=True)
class Hashing:
    """Makes and checks hashes; each takes 2^cost rounds, on purpose."""

    keys: Keychain
    cost: int

    def hash(self, password: str) -> str:
        """The tagged hash under the current pepper."""
        hashed = bcrypt.hashpw(_input(password, self.keys.current), bcrypt.gensalt(self.cost))
        return f"{SCHEME}${self.keys.current.id}${hashed.decode()}"

    def matches(self, password: str, tagged: str) -> bool:
        """Whether it is the password. Takes as long for "" (nobody's hash) or an unknown pepper, and is False."""
        pepper, hashed = self._parts(tagged)
        fits = hmac.compare_digest(bcrypt.hashpw(_input(password, pepper or self.keys.current), hashed), hashed)
        return fits and pepper is not None

    def is_old(self, tagged: str) -> bool:
        """Whether it was made with another pepper or cost than new ones are."""
        return not tagged.startswith(f"{SCHEME}${self.keys.current.id}$") or self._cost_of(tagged) != self.cost

    def _parts(self, tagged: str) -> tuple[Keys | None, bytes]:
        scheme, _, rest = tagged.partition("$")
        key_id, _, hashed = rest.partition("$")
        if scheme != SCHEME:
            return None, bcrypt.gensalt(self.cost) + _NOBODYS
        return self.keys.find(key_id), hashed.encode()

    def _cost_of(self, tagged: str) -> int:
        return int(tagged.split("$")[4])


def _input(password: str, pepper: Keys) -> bytes:
    return peppered(password, pepper.derive(LABEL))
