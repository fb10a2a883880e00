"""The locations of the shipped nginx.conf, and how each is reached."""

import re

from tools.nginx_lint import whole

PATHS = {
    "/": ["/", "/login", "/files", "/s/token", "/api/me", "/api/uploads", "/objects/token", "/objects/check"],
    "= /api/upload": ["/api/upload"],
    "= /api/files": ["/api/files?filename=a.txt"],
    "= /api/activity.csv": ["/api/activity.csv"],
    "= /metrics": ["/metrics"],
    "= /status/ready": ["/status/ready"],
    "~ ^/objects/[^/]+/[0-9]+$": ["/objects/token/1"],
    "~ ^/objects/[^/]+/[0-9]+/small$": ["/objects/token/1/small"],
    "~ ^/api/zips/[^/]+$": ["/api/zips/token"],
    "~ ^/api/folders/[^/]+/zip$": ["/api/folders/root/zip"],
    "= /_check": ["/_check"],
    "= /_person": ["/_person"],
    "= /_malformed": ["/_malformed"],
    "/_objects/": ["/_objects/aa/bytes"],
    "/static/": ["/static/dist/manifest.json"],
}
"""An address or more for each location of nginx.conf; the named ones (@…) nobody can ask for."""


def locations() -> list[str]:
    """Those of the server that is there for the world; the port of who watches has its own tests."""
    text, watching = whole().split("include /etc/smartdrive/nginx/watch.conf;")
    found, watched = (re.findall(r"^\s*location (.+?) \{", part, re.MULTILINE) for part in (text, watching))
    assert len(watched) == 3
    return [each for each in found if not each.startswith("@")]
