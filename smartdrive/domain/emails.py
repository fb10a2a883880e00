"""E-mail addresses: what is kept, what is refused, and when two are the same."""

import re
import unicodedata

from smartdrive.domain.errors import BadInput
from smartdrive.domain.words import _

MAX_ADDRESS = 254
MAX_LOCAL = 64
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def check_email(text: str) -> str:
    """Return the address as it is kept: outer spaces dropped, otherwise as typed.

    Raises BadInput. The local part is unquoted and in NFC (RFC 6531), the domain a host name; lengths as in RFC 5321.
    """
    kept = text.strip(" ")
    if reason := _refusal(kept):
        raise BadInput(reason, fields={"email": reason})
    return kept


def fold_email(text: str) -> str:
    """What two spellings of one address share: ASCII letters in lower case, the domain as ASCII.

    Only ASCII is folded: the Kelvin sign never becomes a k, nor the dotless i an i.
    An address that `check_email` refuses is folded to something that no account has.
    """
    local, _, domain = text.strip(" ").rpartition("@")
    return f"{_lower(local)}@{_ascii_domain(domain)}"


def _refusal(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if not address:
        return _("Enter an e-mail address.")
    if not at or not local or not domain or "@" in local:
        return _("Enter an e-mail address such as ada@example.com.")
    if _bytes(address) > MAX_ADDRESS or _bytes(local) > MAX_LOCAL:
        return _("This e-mail address is too long.")
    if not _LOCAL.fullmatch(local) or not unicodedata.is_normalized("NFC", local):
        return _("This e-mail address holds characters that cannot be in one.")
    if not _is_domain(_ascii_domain(domain)):
        return _("What stands behind the @ is no domain.")
    return ""


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _is_domain(domain: str) -> bool:
    return len(domain) <= MAX_ADDRESS and all(_LABEL.fullmatch(label) for label in domain.split("."))


def _ascii_domain(domain: str) -> str:
    """The domain as the name system knows it (RFC 3490); unchanged where it has no such form."""
    if domain.isascii():
        return _lower(domain)
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return domain


def _lower(text: str) -> str:
    """Lower case of A to Z and of nothing else."""
    return "".join(chr(ord(letter) + 32) if "A" <= letter <= "Z" else letter for letter in text)
