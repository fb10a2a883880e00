"""Sizes as people read them."""

UNITS = ("KB", "MB", "GB", "TB", "PB")


def human_size(size: int) -> str:
    """Bytes in decimal units, as settings and quotas count: 999 bytes, 1.4 MB, 10 GB."""
    if size < 1000:
        return "1 byte" if size == 1 else f"{size} bytes"
    number, unit = float(size), ""
    for unit in UNITS:
        number /= 1000
        if round(number, 1) < 1000 or unit == UNITS[-1]:
            break
    return f"{number:.1f}".removesuffix(".0") + f" {unit}"
