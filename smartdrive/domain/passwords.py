"""Which passwords are good enough, and the form in which they are hashed."""

import functools
import hashlib
import hmac
import re
import unicodedata
from base64 import b64encode
from importlib.resources import files

from smartdrive.domain.errors import BadInput
from smartdrive.domain.words import _

MAX_CHARACTERS = 1024
PRODUCT = "smartdrive"


def check_password(password: str, *, email: str, minimum: int, field: str = "password") -> None:
    """Raise BadInput with the reason when a new password is too easy to guess or cannot be one."""
    check_form(password, field=field)
    if reason := _weakness(unicodedata.normalize("NFC", password), email=email, minimum=minimum):
        raise BadInput(reason, fields={field: reason})


def check_form(password: str, *, field: str = "password") -> None:
    """Raise BadInput for what can be nobody's password, old or new."""
    reason = ""
    if len(password) > MAX_CHARACTERS:
        reason = _("This password is too long: %(count)s characters at most.", count=f"{MAX_CHARACTERS:,}")
    elif any("\ud800" <= letter <= "\udfff" for letter in password):
        reason = _("This password holds half a character (a lone surrogate).")
    if reason:
        raise BadInput(reason, fields={field: reason})


def peppered(password: str, pepper: bytes) -> bytes:
    """44 bytes that stand for all of the password: bcrypt sees 72 bytes at most and ends at a zero byte.

    NFC first, so that one password typed on two systems is one password.
    """
    text = unicodedata.normalize("NFC", password).encode()
    return b64encode(hmac.digest(pepper, text, hashlib.sha256))


@functools.cache
def common_passwords() -> frozenset[str]:
    """The 3,000 most common ones; read once."""
    text = files("smartdrive.domain").joinpath("words/common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


def _weakness(password: str, *, email: str, minimum: int) -> str:
    plain = password.casefold()
    if not password.strip():
        return _("A password of nothing but spaces is too easy to guess.")
    if len(password) < minimum:
        return _("Use at least %(count)s characters.", count=minimum)
    if plain in common_passwords():
        return _("This is one of the most common passwords.")
    if PRODUCT in re.sub(r"[\W_]", "", plain):
        return _("Leave the name of this product out of your password.")
    if email and email.casefold() in plain:
        return _("Leave your e-mail address out of your password.")
    return ""
