"""What a client wants to upload, in its own words, and what can be said of it without looking anything up."""

import hmac
from base64 import b32encode
from dataclasses import dataclass, replace
from datetime import datetime

from smartdrive.domain.errors import BadInput, DriveError, TooLarge
from smartdrive.domain.models import Conflict, Upload, User
from smartdrive.domain.names import check_name
from smartdrive.domain.words import _
from smartdrive.records import uploads as records

MIB = 1024 * 1024
SINGLE_PUT_BELOW = 16 * MIB
MAX_SIZE = 5 * 10**12


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client wants to upload, in its own words; `path` names folders below `parent`, "" for none.

    `whole` asks for one PUT whatever the size, for bytes that come through this process.
    """

    name: str
    size: int
    parent: str = "root"
    path: str = ""
    type: str = ""
    modified: datetime | None = None
    key: str = ""
    fingerprint: str = ""
    conflict: Conflict = "ask"
    whole: bool = False


def part_size(wanted: Wanted) -> int:
    """Under 16 MiB one PUT; else 16 MiB or as much as keeps it to 9,000 parts, in whole MiB."""
    if wanted.whole or wanted.size < SINGLE_PUT_BELOW:
        return max(wanted.size, 1)
    return max(SINGLE_PUT_BELOW, -(-wanted.size // (9000 * MIB)) * MIB)


def keyed_id(user: User, key: str) -> str:
    """The upload id of a client's own key: the same every time, and nobody else's."""
    mac = hmac.digest(user.id.encode(), key.encode(errors="surrogatepass"), "sha256")
    return b32encode(mac).decode().lower()[:26]


def check_same(wanted: Wanted, known: Upload) -> None:
    """Raise BadInput when a key that was used before comes with another file: parts of two must never mix."""
    if not is_same(wanted, known):
        raise other_bytes()


def is_same(wanted: Wanted | Upload, known: Upload) -> bool:
    """Whether both mean the same bytes, as far as their client says; a fingerprint counts where both have one."""
    name = records.trace(known, wanted.name) if known.state == "done" else wanted.name
    alike = (wanted.size, name) == (known.size, known.name)
    return alike and (not wanted.fingerprint or not known.fingerprint or wanted.fingerprint == known.fingerprint)


def other_bytes() -> BadInput:
    return BadInput(_("This key belongs to another upload."), fields={"key": _("Already used.")})


def checked(wanted: Wanted) -> Wanted | DriveError:
    """The same with its name as it is kept; BadInput or TooLarge for what can never be a file here."""
    try:
        kept = replace(wanted, name=check_name(wanted.name))
    except BadInput as refusal:
        return refusal
    if wanted.size < 0:
        return BadInput(_("A size is a whole number of bytes."), fields={"size": _("Cannot be negative.")})
    return TooLarge() if wanted.size > MAX_SIZE else kept
