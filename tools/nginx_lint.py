"""gixy looks at the nginx.conf that is shipped, with what it includes put in its place: both as it stands before people
with a certificate, and behind a proxy of the operator's.

    python tools/nginx_lint.py

Exit status 1 when it finds something.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SHIPPED = PROJECT / "deploy" / "nginx"
ALWAYS = ["modules-brotli.conf", "http-brotli.conf"]
SHAPES = {
    "https": [*ALWAYS, "http-proxies.conf", "http-redirect.conf", "listen-https.conf"],
    "behind": [*ALWAYS, "http-behind.conf", "listen-http.conf"],
}
"""Which of the shipped files deploy/install.sh puts into /etc/smartdrive/nginx."""
# The application is told the host as it was asked for, port and all, and refuses every other than its own.
NOT_LOOKED_FOR = "host_spoofing"


def included(pattern: str, names: list[str]) -> str:
    """The text in the place of an include of /etc/smartdrive/nginx."""
    kind = pattern.partition("-")[0].removesuffix(".conf")
    return "".join((SHIPPED / name).read_text("utf-8") for name in names if name.startswith(kind))


def assembled(names: list[str]) -> str:
    text = (PROJECT / "nginx.conf").read_text("utf-8")
    return re.sub(r"include /etc/smartdrive/nginx/(\S+);", lambda found: included(found[1], names), text)


def main() -> int:
    """Look at each shape; returns the exit status."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for shape, names in SHAPES.items():
            path = Path(folder) / f"{shape}.conf"
            path.write_text(assembled(names), "utf-8")
            command = [sys.executable, "-m", "gixy", f"--skips={NOT_LOOKED_FOR}", str(path)]
            wrong |= subprocess.run(command, check=False).returncode
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
