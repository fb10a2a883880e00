"""Names inside a zip: such as every system can unpack, and close to those in the drive."""

import re

from smartdrive.domain.names import MAX_NAME_BYTES

_REFUSED = re.compile(r'[\\/<>:"|?*\x00-\x1f\x7f-\x9f]')
"""What Windows takes in no name, and characters that steer a terminal."""
_DEVICE = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³]) *(?=\.|$)", re.IGNORECASE)
"""Names that Windows opens a device by, whatever extension follows."""


def safe_name(name: str) -> str:
    """The name as it stands in a zip: refused characters, and dots or spaces at its end, become `_`.

    A device's name gets one after its stem. Most names stay as they are.
    """
    plain = _ended(_REFUSED.sub("_", name))
    if device := _DEVICE.match(plain):
        plain = _ended(_cut(f"{plain[: device.end(1)]}_{plain[device.end(1) :]}"))
    return plain


def _ended(name: str) -> str:
    kept = name.rstrip(". ")
    return kept + "_" * (len(name) - len(kept))


def _cut(name: str) -> str:
    """Without the last letters that are too much for a name."""
    return name.encode()[:MAX_NAME_BYTES].decode(errors="ignore")
