"""Where a person may be sent after logging in: a path on this site, never another one."""

import re
from urllib.parse import urlsplit

_SAFE = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*")
_ENCODED = re.compile(r"%(?![2-7][0-9A-Fa-f]|[89A-Fa-f][0-9A-Fa-f])|%(?:2[fF]|5[cC]|7[fF])")


def same_site(target: str, *, otherwise: str) -> str:
    """The target when it is a plain path of ours, else `otherwise`.

    Allowed are printable ASCII paths with one leading slash; encoded control characters and slashes are not,
    since somebody behind us might decode them.
    """
    path = target.partition("?")[0]
    if not _SAFE.fullmatch(target) or "//" in path or _ENCODED.search(path):
        return otherwise
    return target if urlsplit(target)[:2] == ("", "") else otherwise
