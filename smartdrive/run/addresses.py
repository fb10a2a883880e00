"""Where the drive listens, and what people type to get there."""

import http.client
import socket

from smartdrive.run.words import CannotRun

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # nosec B104
"""The words for "all addresses", each with the one that this machine itself takes."""


def listen(host: str, port: int) -> socket.socket:
    """Take the address now, so that a taken one is said at once and not by the web server."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.socket(family, kind)
    except OSError as error:
        raise CannotRun(f"There is no address {host} here ({error.strerror}): choose another HOST.") from None
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(address)
        taken.listen(1024)
    except OSError as error:
        taken.close()
        raise CannotRun(f"Cannot listen on {host}:{port} ({error.strerror}): choose another PORT.") from None
    return taken


def family_of(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def own_address(family: socket.AddressFamily) -> str:
    """The address others reach this machine by; a UDP connect asks the routing table and sends nothing."""
    outside = "192.0.2.1" if family == socket.AF_INET else "2001:db8::1"
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((outside, 9))
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


def address_for_people(host: str, port: int) -> str:
    """What to type into a browser; for "all addresses" that is one that others can reach."""
    name = own_address(family_of(host)) if host in EVERYWHERE else host
    bracketed = f"[{name}]" if ":" in name else name
    return f"http://{bracketed}:{port}"


def loopback(host: str) -> str:
    """Where this machine itself reaches the drive."""
    return EVERYWHERE.get(host, host)


def answers(host: str, port: int) -> bool:
    """Whether the web server serves; asked over the network as a browser would."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/status")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
