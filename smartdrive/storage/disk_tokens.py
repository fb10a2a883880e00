"""Tokens of the local door: what a request may do, under a MAC. The trust model of a presigned URL."""

import base64
import binascii
import hmac
import json
from collections.abc import Sequence
from datetime import timedelta

from smartdrive.domain.clock import Clock
from smartdrive.ports.objects import Delivery, Grant

MAC_BYTES = 16
MAX_TOKEN = 4096
_LABEL = b"objects door 1\0"


class Tokens:
    """Makes tokens with one key and reads them with each of `keys`; `clock` judges their end."""

    def __init__(self, keys: Sequence[bytes], clock: Clock) -> None:
        self._keys = tuple(keys)
        self._clock = clock

    def sign(self, grant: Grant, *, expires_in: int) -> str:
        """A token for this grant that ends in `expires_in` seconds, never later."""
        end = int((self._clock() + timedelta(seconds=expires_in)).timestamp())
        delivery = grant.delivery and [
            grant.delivery.filename,
            grant.delivery.content_type,
            int(grant.delivery.inline),
        ]
        fields = [grant.method, grant.key, grant.part, grant.offset, grant.length, end, delivery]
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        payload = text.encode("utf-8", "surrogatepass")
        return base64.urlsafe_b64encode(payload + _mac(payload, self._keys[0])).rstrip(b"=").decode()

    def read(self, token: str) -> Grant | None:
        """The grant of a genuine token that has not ended, or None."""
        payload = self._verified(token)
        if payload is None:
            return None
        fields = json.loads(payload.decode("utf-8", "surrogatepass"))
        method, key, part, offset, length, end, delivery = fields
        if self._clock().timestamp() >= end:
            return None
        handed = Delivery(delivery[0], delivery[1], inline=bool(delivery[2])) if delivery else None
        return Grant(method, key, part=part, offset=offset, length=length, delivery=handed)

    def _verified(self, token: str) -> bytes | None:
        sealed = _decode(token)
        payload, mac = sealed[:-MAC_BYTES], sealed[-MAC_BYTES:]
        genuine = any(hmac.compare_digest(mac, _mac(payload, key)) for key in self._keys)
        return payload if payload and genuine else None


def _mac(payload: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _LABEL + payload, "sha256")[:MAC_BYTES]


def _decode(token: str) -> bytes:
    """The token's bytes, or none for what is not the one spelling that `sign` writes."""
    if len(token) > MAX_TOKEN or not token.isascii():
        return b""
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
    return sealed if base64.urlsafe_b64encode(sealed).rstrip(b"=").decode() == token else b""
