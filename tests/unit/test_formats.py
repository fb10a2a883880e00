"""Sizes, times and kinds as people read them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from smartdrive.domain.sizes import human_size
from smartdrive.web.formats import (
    Style,
    iso_time,
    isolate,
    kind_icon,
    kind_name,
    local_time,
    template_filters,
    zone_named,
)

MOMENT = datetime(2026, 11, 8, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 KB"),
        (1449, "1.4 KB"),
        (999_949, "999.9 KB"),
        (999_950, "1 MB"),
        (10_000_000_000, "10 GB"),
        (1_234_567_890_123, "1.2 TB"),
        (5_000_000_000_000_000_000, "5000 PB"),
    ],
)
def test_sizes_are_decimal(size: int, text: str) -> None:
    assert human_size(size) == text


def test_times_are_told_in_the_zone_of_whoever_looks() -> None:
    berlin = zone_named("Europe/Berlin")
    assert local_time(MOMENT, UTC) == "8 Nov 2026"
    assert local_time(MOMENT, berlin) == "9 Nov 2026"
    assert local_time(MOMENT, berlin, style="minute") == "9 Nov 2026, 00:30"
    assert local_time(MOMENT, berlin, style="full") == "Monday 9 November 2026, 00:30"


def test_the_filter_asks_for_the_zone_anew_for_each_page() -> None:
    zones = iter(["Pacific/Auckland", ""])
    told = template_filters(lambda: next(zones))["local_time"]
    assert told(MOMENT, "minute") == "9 Nov 2026, 12:30"
    assert told(MOMENT, "minute") == "8 Nov 2026, 23:30"


@pytest.mark.parametrize(
    "name",
    ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "a\0b", "x" * 5000, "zone.tab"],
)
def test_a_zone_that_is_none_is_utc(name: str) -> None:
    assert local_time(MOMENT, zone_named(name), style="minute") == "8 Nov 2026, 23:30"


def test_times_may_come_as_they_are_stored() -> None:
    assert local_time("2026-11-08T23:30:00.123456Z", UTC, style="minute") == "8 Nov 2026, 23:30"
    assert iso_time("2026-11-08T23:30:00.123456Z") == "2026-11-08T23:30:00Z"


@pytest.mark.parametrize("style", ["date", "minute", "full"])
@pytest.mark.parametrize(
    ("moment", "zone", "year"),
    [("9999-12-31T23:59:59.000000Z", "Pacific/Kiritimati", "9999"), ("0001-01-01T00:00:00Z", "America/Adak", "1")],
)
def test_a_time_whose_local_one_no_calendar_has_is_told_in_utc(moment: str, zone: str, year: str, style: Style) -> None:
    assert year in local_time(moment, zone_named(zone), style=style)


def test_machines_get_utc() -> None:
    there = MOMENT.astimezone(timezone(timedelta(hours=-8)))
    assert iso_time(there) == "2026-11-08T23:30:00Z"


@pytest.mark.parametrize(
    ("media_type", "icon"),
    [
        ("image/png", "file-earmark-image"),
        ("text/plain; charset=utf-8", "file-earmark-text"),
        ("text/csv", "file-earmark-spreadsheet"),
        ("Application/PDF", "file-earmark-pdf"),
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "file-earmark-slides"),
        ("application/octet-stream", "file-earmark"),
        ("", "file-earmark"),
    ],
)
def test_kinds_have_shapes(media_type: str, icon: str) -> None:
    assert kind_icon(media_type) == icon


@pytest.mark.parametrize(
    ("media_type", "name", "words"),
    [
        ("image/png", "a.png", "PNG image"),
        ("application/octet-stream", "film.mkv", "MKV file"),
        ("application/octet-stream", "noext", "File"),
        ("text/plain; charset=utf-8", "README", "Text"),
        ("application/zip", "a.tar.gz", "GZ archive"),
        ("application/pdf", "x.<b>", "Document"),
        ("application/pdf", ".pdf", "Document"),
        ("", "", "File"),
    ],
)
def test_a_file_is_called_what_it_is(media_type: str, name: str, words: str) -> None:
    assert kind_name(media_type, name) == words


def test_a_name_that_turns_its_surroundings_is_kept_to_itself_inside_a_sentence() -> None:
    assert isolate("lease.pdf") == "lease.pdf"
    assert isolate("写真 2026.zip") == "写真 2026.zip"
    for name in ("קובץ 1.txt", "ملف", "photo \u202egnp.exe", "\U0001e900.txt"):
        assert isolate(name) == f"\u2068{name}\u2069"
