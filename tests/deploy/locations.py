"""The locations of the shipped nginx.conf, and how each is reached."""

import re

from benchmarks.shipped import PROJECT

PATHS = {
    "/": ["/", "/login", "/files", "/s/token", "/api/me", "/api/uploads", "/objects/token", "/objects/check"],
    "= /api/upload": ["/api/upload"],
    "= /api/files": ["/api/files?filename=a.txt"],
    "~ ^/objects/[^/]+/[0-9]+$": ["/objects/token/1"],
    "~ ^/objects/[^/]+/[0-9]+/small$": ["/objects/token/1/small"],
    "~ ^/api/zips/[^/]+$": ["/api/zips/token"],
    "~ ^/api/folders/[^/]+/zip$": ["/api/folders/root/zip"],
    "= /_check": ["/_check"],
    "= /_malformed": ["/_malformed"],
    "/_objects/": ["/_objects/aa/bytes"],
    "/static/": ["/static/dist/manifest.json"],
}
"""An address or more for each location of nginx.conf; the named ones (@…) nobody can ask for."""


def locations() -> list[str]:
    text = (PROJECT / "nginx.conf").read_text("utf-8")
    return [each for each in re.findall(r"^\s*location (.+?) \{", text, re.MULTILINE) if not each.startswith("@")]
