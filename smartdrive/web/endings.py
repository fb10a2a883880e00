"""When a link ends, as forms say it: after a while, or with a day of whoever asks."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, tzinfo

from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Optional

from smartdrive.domain.errors import BadInput
from smartdrive.services.files import DIRECT_MOST
from smartdrive.web.forms import PageForm

HOUR = 60 * 60
DAY = 24 * HOUR
ON_A_DAY = "date"
LIVES = [
    (str(HOUR), "1 hour"),
    (str(DAY), "1 day"),
    (str(7 * DAY), "7 days"),
    (str(30 * DAY), "30 days"),
    (str(365 * DAY), "1 year"),
    (ON_A_DAY, "A date"),
]
"""Seconds, and what people call them."""
DIRECT_LIVES = [life for life in LIVES if life[0] != ON_A_DAY and int(life[0]) <= DIRECT_MOST]


class LinkForm(PageForm):
    """Make a link, or let one end at another time."""

    expires_in = SelectField(
        "The link ends after", choices=[SelectChoice(*each) for each in LIVES], default=str(7 * DAY)
    )
    date = DateField("The last day", [Optional()])

    def lives(self, now: datetime) -> list[tuple[str, str, datetime | None]]:
        """Each choice, its words, and the moment it means when taken now."""
        return [
            (value, words, None if value == ON_A_DAY else now + timedelta(seconds=int(value))) for value, words in LIVES
        ]

    def moment(self, *, now: datetime, zone: tzinfo) -> datetime:
        """The end in UTC: the last minute of the day in that zone, or so long after `now`.

        Without scripts both stand in the form: whoever fills in a day means it.
        """
        if self.date.data is None and self.expires_in.data == ON_A_DAY:
            raise BadInput("Say on which day the link ends.")
        if self.date.data is None:
            return now + timedelta(seconds=int(self.expires_in.data))
        return datetime.combine(self.date.data, time(23, 59), zone).astimezone(UTC)


class DirectForm(PageForm):
    """Make a direct link to the bytes of a file."""

    expires_in = SelectField(
        "The direct link ends after", choices=[SelectChoice(*each) for each in DIRECT_LIVES], default=str(DAY)
    )

    def lives(self, now: datetime, end_of: Callable[[int], datetime]) -> list[tuple[str, str, datetime]]:
        """Each choice, its words and its true end when taken now; none after the first that is cut short."""
        found: list[tuple[str, str, datetime]] = []
        for value, words in DIRECT_LIVES:
            end = end_of(int(value))
            whole = end >= now + timedelta(seconds=int(value))
            found.append((value, words if whole else "As long as possible", end))
            if not whole:
                break
        return found
