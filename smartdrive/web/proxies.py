"""Whose word about the visitor's address and scheme is taken: the connection's, or that of a configured proxy.

Forwarding headers are read here once and then removed, so that nothing behind can believe them by mistake.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING, Any

from flask import Flask

from smartdrive.domain.networks import address_of
from smartdrive.services.services import Services

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADERS = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_SSL",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
)
HANDED_ON = "smartdrive.handed_on"
"""Set in the environ when somebody whose word does not count said for whom they ask."""
Networks = tuple[IPv4Network | IPv6Network, ...]


def init(app: Flask, services: Services) -> None:
    """Put the translation around the application."""
    settings = services.settings
    app.wsgi_app = Proxied(  # type: ignore[method-assign]
        app.wsgi_app, trusted=settings.trusted_proxies, sockets=settings.behind_nginx
    )


class Proxied:
    """WSGI middleware: sets REMOTE_ADDR and the scheme from trusted headers, and drops all of them.

    Of others' only remains that there were any: behind a proxy that nobody named everybody has the proxy's address.
    """

    def __init__(self, inner: "WSGIApplication", *, trusted: Networks, sockets: bool) -> None:
        self.inner = inner
        self.trusted = trusted
        self.sockets = sockets

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer the request."""
        said = {name: environ.pop(name, "") for name in HEADERS}
        if self._trusts(environ.get("REMOTE_ADDR", "")):
            self._believe(environ, chain=said["HTTP_X_FORWARDED_FOR"], scheme=said["HTTP_X_FORWARDED_PROTO"])
        elif any(said.values()) or "HTTP_VIA" in environ:
            environ[HANDED_ON] = True
        return self.inner(environ, start_response)

    def _believe(self, environ: dict[str, Any], *, chain: str, scheme: str) -> None:
        if found := self._visitor([part.strip() for part in chain.split(",")]):
            environ["REMOTE_ADDR"] = found
        if scheme in {"http", "https"}:
            environ["wsgi.url_scheme"] = scheme

    def _visitor(self, chain: list[str]) -> str:
        """The rightmost address that is no proxy of ours; what stands left of it anybody may have written."""
        for text in reversed(chain):
            address = address_of(text)
            if address is None:
                return ""
            if not any(address in network for network in self.trusted):
                return str(address)
        return ""

    def _trusts(self, peer: str) -> bool:
        """Whether this is a proxy of ours; a Unix socket has no address."""
        if not peer:
            return self.sockets
        address = address_of(peer)
        return address is not None and any(address in network for network in self.trusted)
