"""Bodies of parts, taken before the framework is asked: a small file's upload is little else than this one request.

Only what is in order is answered here. Whatever is not goes on to the view in `objects.py` as if it had just come,
which refuses it in the drive's words.
"""

import io
import re
from collections.abc import Iterable
from time import perf_counter
from typing import TYPE_CHECKING

from smartdrive.ports.objects import BadBody, Grant, Incomplete, Missing
from smartdrive.ports.table import OutOfRoom, Unavailable
from smartdrive.web.ahead import Ahead
from smartdrive.web.logs import under
from smartdrive.web.objects import came_through

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MOST_IN_MEMORY = 64 * 1024
"""As large as nginx.conf lets a body be at the address of a small part."""
_PART = re.compile(r"/objects/([A-Za-z0-9_-]+)/([1-9][0-9]{0,4})(/small)?", re.ASCII)
ROUTES = {None: "/objects/<token>/<part>", "/small": "/objects/<token>/<part>/small"}
"""What the framework calls these addresses, for whoever counts them."""
_REFUSALS = (Missing, Incomplete, BadBody, OutOfRoom, Unavailable)


class Parts(Ahead):
    """WSGI middleware: takes the bodies that have the right address, length and host."""

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer the request."""
        asked = _PART.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "PUT" else None
        if asked is None or not self.is_ours(environ):
            return self.inner(environ, start_response)
        began = perf_counter()
        with under(environ.get("HTTP_X_REQUEST_ID", "")):
            etag = self._etag(asked, environ)
        if not etag:
            return self.inner(environ, start_response)
        start_response("200 OK", [("ETag", etag), ("Content-Length", "0")])
        self.metrics.request(ROUTES[asked[3]], "PUT", status=200, seconds=perf_counter() - began)
        return []

    def _etag(self, asked: re.Match[str], environ: "WSGIEnvironment") -> str:
        """What the part is known by once it is on disk, "" when anything is not as it should be."""
        try:
            grant = self.door.admit(asked[1], "PUT", part=int(asked[2]))
            if grant is None:
                return ""
            return self._small(environ, grant) if asked[3] else self._file(environ, grant)
        except _REFUSALS:
            return ""

    def _file(self, environ: "WSGIEnvironment", grant: Grant) -> str:
        path = environ.get("HTTP_X_BODY_FILE", "")
        return self.door.accept_file(grant, path) if path and came_through(environ) else ""

    def _small(self, environ: "WSGIEnvironment", grant: Grant) -> str:
        """Read whole, and put back for whoever looks at it next."""
        if grant.length > MOST_IN_MEMORY or (environ.get("CONTENT_LENGTH") or "0") != str(grant.length):
            return ""
        body = environ["wsgi.input"].read(grant.length)
        environ["wsgi.input"] = io.BytesIO(body)
        return self.door.accept(grant, io.BytesIO(body))
