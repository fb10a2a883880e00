"""An application that tells what reached it, to see through nginx what the real one would be told.

An address with the token `good` is let through the check, every other is not. Who brings a bearer is the person it
names; of everybody else no body is read where one would hold a thread.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

HELD = frozenset({"/api/files", "/api/upload", "/api/activity.csv"})


def app(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
    headers = {name[5:].replace("_", "-").lower(): text for name, text in environ.items() if name.startswith("HTTP_")}
    if environ["PATH_INFO"] == "/objects/check":
        good = headers.get("x-original-uri", "").startswith("/objects/good/")
        start("204 No Content" if good else "403 Forbidden", [])
        return []
    if environ["PATH_INFO"] == "/status/person":
        person = headers.get("authorization", "").removeprefix("Bearer ")
        start("200 OK" if person else "401 Unauthorized", [("X-Person", person)])
        return []
    if environ["PATH_INFO"] == "/bytes":
        start("200 OK", [("X-Accel-Redirect", "/_objects/aa/bytes"), ("Content-Type", "text/plain; charset=utf-8")])
        return []
    if environ["PATH_INFO"] == "/hang":
        time.sleep(3)
    stranger = environ["PATH_INFO"] in HELD and "authorization" not in headers
    told = {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "socket": environ["gunicorn.socket"].getsockname().rsplit("/", 1)[-1],
        "headers": headers,
        "body": 0 if stranger else len(environ["wsgi.input"].read()),
    }
    print(told["method"], told["path"], file=sys.stderr, flush=True)
    start("401 Unauthorized" if stranger else "200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]
