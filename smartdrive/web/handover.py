"""What only nginx hears, answered before the framework is asked: a range of a file is little else than that.

Only what is in order is answered here: nginx stands in front, has logged the request and sends the bytes. Whatever
is not in order goes on to the views in `objects.py`, which refuse it in the drive's words.
"""

from collections.abc import Iterable
from time import perf_counter
from typing import TYPE_CHECKING

from smartdrive.ports.objects import Missing
from smartdrive.web.ahead import Ahead
from smartdrive.web.objects import came_through, handed_over, may_take

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

OBJECTS = "/objects/"
CHECK = "/objects/check"
FETCH = "/objects/<token>"
READS = frozenset({"GET", "HEAD"})
_YES: tuple[str, list[tuple[str, str]]] = ("204 No Content", [])
_NO = ("403 Forbidden", [("Content-Length", "0")])


class HandOver(Ahead):
    """WSGI middleware: names the file of a signed address, and says which bodies nginx may take."""

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer the request."""
        path = environ["PATH_INFO"]
        if path.startswith(OBJECTS) and environ["REQUEST_METHOD"] in READS and self.is_ours(environ):
            began = perf_counter()
            if path == CHECK and came_through(environ):
                yes = may_take(self.door, environ)
                start_response(*(_YES if yes else _NO))
                return self._counted(CHECK, environ, status=204 if yes else 403, began=began)
            if headers := self._headers(path.removeprefix(OBJECTS)):
                start_response("200 OK", [*headers.items(), ("Content-Length", "0")])
                return self._counted(FETCH, environ, status=200, began=began)
        return self.inner(environ, start_response)

    def _counted(self, route: str, environ: "WSGIEnvironment", *, status: int, began: float) -> list[bytes]:
        self.metrics.request(route, environ["REQUEST_METHOD"], status=status, seconds=perf_counter() - began)
        return []

    def _headers(self, token: str) -> dict[str, str]:
        """What nginx is told of the file, nothing when the token opens none."""
        try:
            grant = self.door.admit(token, "GET")
            if grant is None or grant.delivery is None:
                return {}
            return handed_over(self.door, grant.key, delivery=grant.delivery)
        except (Missing, OSError):
            return {}
