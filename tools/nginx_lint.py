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
ALWAYS = ["modules-brotli.conf", "http-brotli.conf", "watch.conf"]
SHAPES = {
    "https": [*ALWAYS, "http-proxies.conf", "http-redirect.conf", "listen-https.conf"],
    "behind": [*ALWAYS, "http-behind.conf", "listen-http.conf"],
}
"""Which of the shipped files deploy/install.sh puts into /etc/smartdrive/nginx."""
# The application is told the host as it was asked for, port and all, and refuses every other than its own.
# The one `try_files` looks for no file: it leads on whoever has passed the door.
NOT_LOOKED_FOR = "host_spoofing,try_files_is_evil_too"


def included(pattern: str, names: list[str]) -> str:
    """The text in the place of an include of /etc/smartdrive/nginx."""
    kind = pattern.partition("-")[0].removesuffix(".conf")
    return "".join((SHIPPED / name).read_text("utf-8") for name in names if name.startswith(kind))


def whole() -> str:
    """nginx.conf with the release's own files in the place of their includes."""
    text = (PROJECT / "nginx.conf").read_text("utf-8")
    ours = r"include deploy/nginx/(\S+);"
    return re.sub(ours, lambda found: (SHIPPED / found[1]).read_text("utf-8"), text)


def assembled(names: list[str]) -> str:
    return re.sub(r"include /etc/smartdrive/nginx/(\S+);", lambda found: included(found[1], names), whole())


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
