"""What a file is, judged by its first bytes and never by what the client says."""

import codecs
import re
from typing import Literal

HEAD_BYTES = 4096
"""How much of a file `decide` wants to see."""

UNKNOWN = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"

_INLINE = frozenset({
    "image/png", "image/jpeg", "image/gif", "image/webp", TEXT,
    "audio/mpeg", "audio/aac", "audio/flac", "audio/ogg", "audio/wav", "audio/mp4",
    "video/mp4", "video/webm", "video/ogg", "video/quicktime", "video/x-matroska",
})  # fmt: skip

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS = {
    b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime",
    b"avif": "image/avif", b"avis": "image/avif",
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic",
}  # fmt: skip

_BY_EXTENSION = {
    "zip": "application/zip", "gz": "application/gzip", "tgz": "application/gzip", "tar": "application/x-tar",
    "7z": "application/x-7z-compressed", "rar": "application/vnd.rar", "xz": "application/x-xz",
    "bz2": "application/x-bzip2", "zst": "application/zstd",
    "doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation", "epub": "application/epub+zip",
    "bmp": "image/bmp", "tif": "image/tiff", "tiff": "image/tiff", "psd": "image/vnd.adobe.photoshop",
    "avi": "video/x-msvideo", "wmv": "video/x-ms-wmv", "wma": "audio/x-ms-wma", "mid": "audio/midi",
}  # fmt: skip
"""Types that only say what to call a download; nothing a browser would run, and none is shown inline."""

Family = Literal["document", "image", "audio", "video", "archive", "other"]
_DOCUMENTS = (
    "text/", "application/pdf", "application/msword", "application/vnd.ms-", "application/vnd.openxmlformats-",
    "application/vnd.oasis.opendocument.", "application/epub+zip",
)  # fmt: skip
_ARCHIVES = (
    "application/zip", "application/gzip", "application/x-tar", "application/x-7z-compressed", "application/vnd.rar",
    "application/x-xz", "application/x-bzip2", "application/zstd",
)  # fmt: skip

_MARKUP_NAMES = frozenset({
    "html", "htm", "xhtml", "xht", "shtml", "svg", "svgz", "xml", "xsl", "xslt", "mht", "mhtml", "hta",
})  # fmt: skip
_MARKUP = re.compile(rb"\s*<(?:[!?]|html|head|body|script|svg|iframe|math)", re.IGNORECASE)
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def decide(name: str, head: bytes) -> str:
    """The content type a file is kept with. `head` is its first HEAD_BYTES, or all of it when it is shorter.

    Markup that a browser could run (HTML, SVG, XML) has no type of its own here: it is only ever saved.
    """
    extension = name.rpartition(".")[2].lower()
    if found := _sniffed(head):
        return found
    if head and _is_text(head):
        return UNKNOWN if extension in _MARKUP_NAMES or _is_markup(head) else TEXT
    return _BY_EXTENSION.get(extension, UNKNOWN)


def family(content_type: str) -> Family:
    """What people call files of this decided type."""
    for name in ("image", "audio", "video"):
        if content_type.startswith(f"{name}/"):
            return name
    if content_type.startswith(_ARCHIVES):
        return "archive"
    return "document" if content_type.startswith(_DOCUMENTS) else "other"


def inline_allowed(content_type: str) -> bool:
    """Whether bytes of this decided type may be shown instead of saved.

    PDF is not among them: browsers run the scripts in it, dialogs included, whatever policy it is sent with.
    """
    return content_type in _INLINE


def _sniffed(head: bytes) -> str:
    for magic, content_type in _MAGIC:
        if head.startswith(magic):
            return content_type
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    return _ogg(head) or _matroska(head) or _mpeg(head)


def _ogg(head: bytes) -> str:
    if not head.startswith(b"OggS"):
        return ""
    return "video/ogg" if b"\x80theora" in head else "audio/ogg"


def _matroska(head: bytes) -> str:
    if not head.startswith(b"\x1aE\xdf\xa3"):
        return ""
    return "video/webm" if b"webm" in head[:64] else "video/x-matroska"


def _mpeg(head: bytes) -> str:
    """An MPEG audio frame without a tag before it: eleven bits of sync, then version and layer."""
    if len(head) < 4 or head[0] != 0xFF or head[2] == 0xFF:
        return ""
    if head[1] in (0xF1, 0xF9):
        return "audio/aac"
    return "audio/mpeg" if head[1] in (0xF2, 0xF3, 0xFA, 0xFB) else ""


def _is_text(head: bytes) -> bool:
    """UTF-8 without control characters that no text has; the last character may be cut."""
    if _NOT_TEXT.search(head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return False
    return True


def _is_markup(head: bytes) -> bool:
    return bool(_MARKUP.match(head.removeprefix(codecs.BOM_UTF8)))
