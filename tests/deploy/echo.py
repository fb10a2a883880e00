"""An application that tells what reached it, to see through nginx what the real one would be told.

An address with the token `good` is let through the check, every other is not.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any


def app(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
    headers = {name[5:].replace("_", "-").lower(): text for name, text in environ.items() if name.startswith("HTTP_")}
    if environ["PATH_INFO"] == "/objects/check":
        good = headers.get("x-original-uri", "").startswith("/objects/good/")
        start("204 No Content" if good else "403 Forbidden", [])
        return []
    if environ["PATH_INFO"] == "/bytes":
        start("200 OK", [("X-Accel-Redirect", "/_objects/aa/bytes"), ("Content-Type", "text/plain; charset=utf-8")])
        return []
    if environ["PATH_INFO"] == "/hang":
        time.sleep(3)
    told = {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "socket": environ["gunicorn.socket"].getsockname().rsplit("/", 1)[-1],
        "headers": headers,
        "body": len(environ["wsgi.input"].read()),
    }
    print(told["method"], told["path"], file=sys.stderr, flush=True)
    start("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]
