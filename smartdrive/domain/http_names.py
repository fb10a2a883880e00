"""How a file's name is told to a browser: Content-Disposition by RFC 6266 and RFC 8187."""

from urllib.parse import quote

_ATTR = "!#$&+-.^_`|~"
_UNSAFE = frozenset('"\\%/')


def disposition(filename: str, *, inline: bool) -> str:
    """The header's value: `filename*` gives back the exact name, `filename` something close for old programs.

    ASCII without control characters whatever the name holds; a lone surrogate, which no name of ours has,
    becomes `?`.
    """
    kind = "inline" if inline else "attachment"
    exact = quote(filename.encode("utf-8", "replace"), safe=_ATTR)
    return f"{kind}; filename=\"{_close(filename)}\"; filename*=UTF-8''{exact}"


def _close(filename: str) -> str:
    """The name with everything replaced that browsers read in different ways inside a quoted string."""
    return "".join(c if " " <= c <= "~" and c not in _UNSAFE else "_" for c in filename)
