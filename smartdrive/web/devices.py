"""A signed cookie by which a device that signed in before is known, so that it has a budget of tries of its own."""

import hmac
import secrets

from flask import Response, request

from smartdrive.current import services
from smartdrive.domain.models import User
from smartdrive.services.accounts import Visitor

COOKIE = "device"
MOST_ACCOUNTS = 8
AGE = 400 * 24 * 60 * 60
MAX_ID = 32


def visitor() -> Visitor:
    """Who stands at the door: address and, if known, device."""
    device, seals = _read()
    return Visitor(
        address=request.remote_addr or "",
        device=device,
        knows=lambda user_id: bool(device) and bool(_seals(device, user_id) & set(seals)),
    )


def remember(response: Response, user: User) -> None:
    """Let this device be known to the account from now on. The cookie names neither account nor person."""
    device, seals = _read()
    device = device or secrets.token_hex(MAX_ID // 2)
    own = _seal(device, user.id, key=services().keys.current.derive(COOKIE))
    kept = [own, *(seal for seal in seals if seal != own)][:MOST_ACCOUNTS]
    https = services().settings.https
    response.set_cookie(
        _name(), ".".join([device, *kept]), max_age=AGE, secure=https, httponly=True, samesite="Lax", path="/"
    )


def _read() -> tuple[str, list[str]]:
    device, *seals = request.cookies.get(_name(), "").split(".")
    usable = device.isascii() and device.isalnum() and len(device) <= MAX_ID
    return (device, seals[:MOST_ACCOUNTS]) if usable else ("", [])


def _seals(device: str, user_id: str) -> set[str]:
    return {_seal(device, user_id, key=keys.derive(COOKIE)) for keys in services().keys.all()}


def _seal(device: str, user_id: str, *, key: bytes) -> str:
    """Only we can make it, so nobody can claim to be known."""
    return hmac.digest(key, f"{device}:{user_id}".encode(), "sha256").hex()[:32]


def _name() -> str:
    return services().settings.cookie_prefix + COOKIE
