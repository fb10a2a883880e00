"""When something ends, as forms say it: after a while, with a day of whoever asks, or never."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, tzinfo

from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Optional

from smartdrive.domain.errors import BadInput
from smartdrive.domain.words import _
from smartdrive.services.files import DIRECT_MOST
from smartdrive.web.forms import PageForm

HOUR = 60 * 60
DAY = 24 * HOUR
ON_A_DAY = "date"
NEVER = "never"
NO_DAY = _("Say on which day it ends.")
LIVES = [
    (str(HOUR), _("1 hour")),
    (str(DAY), _("1 day")),
    (str(7 * DAY), _("7 days")),
    (str(30 * DAY), _("30 days")),
    (str(365 * DAY), _("1 year")),
    (ON_A_DAY, _("A date")),
]
"""Seconds, and what people call them."""
TOKEN_LIVES = [
    (str(7 * DAY), _("7 days")),
    (str(30 * DAY), _("30 days")),
    (str(90 * DAY), _("90 days")),
    (str(365 * DAY), _("1 year")),
    (ON_A_DAY, _("A date")),
    (NEVER, _("Never")),
]
SCOPES = [("read", _("Read only")), ("write", _("Read and change"))]
DIRECT_LIVES = [life for life in LIVES if life[0] != ON_A_DAY and int(life[0]) <= DIRECT_MOST]


class EndingForm(PageForm):
    """Ask when something ends; `expires_in` is the choice, `date` the day where one is asked for."""

    expires_in: SelectField
    date = DateField(_("The last day"), [Optional()])

    def lives(self, now: datetime) -> list[tuple[str, str, datetime | None]]:
        """Each choice, its words, and the moment it means when taken now."""
        found = [(str(value), str(words)) for value, words, *_ in self.expires_in.iter_choices()]
        return [(each, words, now + timedelta(seconds=int(each)) if each.isdigit() else None) for each, words in found]

    def moment(self, *, now: datetime, zone: tzinfo) -> datetime:
        """The end in UTC: the last minute of the day in that zone, or so long after `now`.

        Without scripts both stand in the form: whoever fills in a day means it.
        """
        if self.date.data is None and self.expires_in.data == ON_A_DAY:
            raise BadInput(NO_DAY)
        if self.date.data is None:
            return now + timedelta(seconds=int(self.expires_in.data))
        try:
            return datetime.combine(self.date.data, time(23, 59), zone).astimezone(UTC)
        except OverflowError:
            raise BadInput(_("This day is beyond the end of the calendar.")) from None


class LinkForm(EndingForm):
    """Make a link, or let one end at another time."""

    expires_in = SelectField(
        _("The link ends after"), choices=[SelectChoice(*each) for each in LIVES], default=str(7 * DAY)
    )


class TokenForm(EndingForm):
    """Make an access token."""

    name = StringField(_("What is it for?"), [InputRequired(_("Give the access token a name, to know it by later."))])
    scope = SelectField(_("It may"), choices=[SelectChoice(*each) for each in SCOPES], default="read")
    expires_in = SelectField(
        _("It ends after"), choices=[SelectChoice(*each) for each in TOKEN_LIVES], default=str(90 * DAY)
    )

    def end(self, *, now: datetime, zone: tzinfo) -> datetime | None:
        """As `moment`, and None for never."""
        return None if self.expires_in.data == NEVER and self.date.data is None else self.moment(now=now, zone=zone)


class DirectForm(PageForm):
    """Make a direct link to the bytes of a file."""

    expires_in = SelectField(
        _("The direct link ends after"), choices=[SelectChoice(*each) for each in DIRECT_LIVES], default=str(DAY)
    )

    def lives(self, now: datetime, end_of: Callable[[int], datetime]) -> list[tuple[str, str, datetime]]:
        """Each choice, its words and its true end when taken now; none after the first that is cut short."""
        found: list[tuple[str, str, datetime]] = []
        for value, words in DIRECT_LIVES:
            end = end_of(int(value))
            whole = end >= now + timedelta(seconds=int(value))
            found.append((value, words if whole else _("As long as possible"), end))
            if not whole:
                break
        return found
