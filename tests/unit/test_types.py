"""What a file is, over the corpus of awkward files and the formats people have."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartdrive.domain.types import HEAD_BYTES, TEXT, UNKNOWN, decide, inline_allowed

CORPUS = Path(__file__).parents[1] / "corpus"
MANIFEST = json.loads((CORPUS / "manifest.json").read_text("utf-8"))
RUNS_IN_A_BROWSER = ("html", "svg", "xml", "javascript", "flash", "multipart", "message")

EXPECTED = {
    "zero.bin": UNKNOWN, "script.svg": UNKNOWN, "ssrf.svg": UNKNOWN, "page.html": UNKNOWN, "page.xhtml": UNKNOWN,
    "page.xml": UNKNOWN, "note.md": TEXT, "table.csv": TEXT, "latin1.txt": UNKNOWN, "utf7.txt": TEXT,
    "sniff.jpg": UNKNOWN, "gifar.gif": "image/gif", "polyglot.pdf.zip.html": "application/pdf",
    "js.pdf": "application/pdf", "eicar-like.txt": TEXT, "swf.swf": UNKNOWN, "mhtml.mht": UNKNOWN,
    "bomb_81mp.png": "image/png", "bomb_400mp.png": "image/png", "trunc.png": "image/png", "badcrc.png": "image/png",
    "neg.bmp": "image/bmp", "eps.eps": TEXT, "exif_gps_xss.jpg": "image/jpeg", "trunc.jpg": "image/jpeg",
    "frames300.gif": "image/gif", "ok.webp": "image/webp", "thin.png": "image/png",
}  # fmt: skip


# SECURITY 31
@pytest.mark.parametrize("name", sorted(Path(row["path"]).name for row in MANIFEST if row["path"].startswith("files/")))
def test_the_corpus(name: str) -> None:
    head = (CORPUS / "files" / name).read_bytes()[:HEAD_BYTES]
    default = {"png": "image/png", "jpg": "image/jpeg"}.get(name.rpartition(".")[2], "")
    found = decide(name, head)
    assert found == EXPECTED.get(name, default)
    assert not any(word in found for word in RUNS_IN_A_BROWSER)


@given(
    st.text(max_size=20),
    st.sampled_from(["", "html", "svg", "xml", "js", "png", "txt", "docx"]),
    st.binary(max_size=60),
)
def test_nothing_a_browser_runs_is_ever_decided(stem: str, extension: str, head: bytes) -> None:
    found = decide(f"{stem}.{extension}", head)
    assert not any(word in found.replace("openxmlformats", "") for word in RUNS_IN_A_BROWSER)


@pytest.mark.parametrize("markup", [
    "<!doctype html><p>", "  \n<HTML>", "<?xml version='1.0'?>", "\ufeff<svg onload=x>", "<!-- --><script>", "<body>",
])  # fmt: skip
def test_markup_is_only_saved_whatever_its_name(markup: str) -> None:
    for name in ("a.txt", "a.jpg", "a", "a.html"):
        assert not inline_allowed(decide(name, markup.encode()))


@pytest.mark.parametrize(("head", "expected"), [
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
    (b"RIFF\0\0\0\0AVI LIST", UNKNOWN),
    (b"ID3\x04\0", "audio/mpeg"),
    (b"\xff\xfb\x90\x64\0", "audio/mpeg"),
    (b"\xff\xf1\x50\x80\0", "audio/aac"),
    (b"fLaC\0", "audio/flac"),
    (b"OggS\0\x02" + b"\0" * 20 + b"OpusHead", "audio/ogg"),
    (b"OggS\0\x02" + b"\0" * 20 + b"\x80theora", "video/ogg"),
    (b"\0\0\0\x20ftypisom\0\0\x02\0", "video/mp4"),
    (b"\0\0\0\x20ftypM4A \0\0\x02\0", "audio/mp4"),
    (b"\0\0\0\x14ftypqt  \0\0\x02\0", "video/quicktime"),
    (b"\0\0\0\x14ftypheic\0\0\x02\0", "image/heic"),
    (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
    (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", "video/x-matroska"),
    (b"\xff\xfe\xff\xfe", UNKNOWN),
    (b"\0\0\0\0", UNKNOWN),
])  # fmt: skip
def test_formats_by_their_first_bytes(head: bytes, expected: str) -> None:
    assert decide("a", head) == expected


def test_the_name_speaks_only_where_the_bytes_do_not() -> None:
    assert decide("photo.png", b"MZ\x90\0") == UNKNOWN
    assert decide("Report.DOCX", b"PK\x03\x04").endswith("wordprocessingml.document")
    assert decide("trick.docx", b"%PDF-1.7") == "application/pdf"


def test_text_that_is_cut_inside_a_character_is_text() -> None:
    whole = ("ж" * HEAD_BYTES).encode()
    assert decide("a.txt", b"x" + whole[: HEAD_BYTES - 1]) == TEXT
    assert decide("a.txt", whole[:7]) == UNKNOWN


@pytest.mark.parametrize(
    "content_type",
    [UNKNOWN, "text/html", "image/svg+xml", "text/plain", "application/zip", "image/heic", "application/pdf", ""],
)
def test_what_is_never_shown_inline(content_type: str) -> None:
    assert not inline_allowed(content_type)
