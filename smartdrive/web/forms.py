"""Forms of pages. They say what is missing; whether it is good enough is said by the services."""

from flask_wtf import FlaskForm
from wtforms import Form, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired

from smartdrive.domain.errors import DriveError
from smartdrive.domain.people import time_zones
from smartdrive.domain.words import _

EMAIL_MISSING = _("Enter an e-mail address.")


class PageForm(FlaskForm):
    """A form filled from the request, or with `formdata=None` from the values given."""

    def __init__(self, **values: object) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]


class RegisterForm(PageForm):
    """Make an account."""

    name = StringField(_("Name (optional)"))
    email = StringField(_("E-mail address"), [InputRequired(EMAIL_MISSING)])
    password = PasswordField(_("Password"), [InputRequired(_("Enter a password."))])


class LoginForm(PageForm):
    """Log in; `next` is where to go then."""

    email = StringField(_("E-mail address"), [InputRequired(EMAIL_MISSING)])
    password = PasswordField(_("Password"), [InputRequired(_("Enter a password."))])
    next = HiddenField()


class ProfileForm(PageForm):
    """Name and time zone."""

    name = StringField(_("Name"))
    timezone = SelectField(_("Time zone"), validate_choice=False)

    def offer_zones(self) -> "ProfileForm":
        """Fill the list of time zones."""
        own = SelectChoice("", _("Same as this browser"))
        self.timezone.choices = [own, *(SelectChoice(zone, zone.replace("_", " ")) for zone in zones())]
        return self


class PasswordForm(PageForm):
    """Change the password."""

    current = PasswordField(_("Current password"), [InputRequired(_("Enter your current password."))])
    password = PasswordField(_("New password"), [InputRequired(_("Enter a new password."))])


class ThemeForm(PageForm):
    """Choose a theme."""

    theme = StringField(_("Theme"))


class DeleteForm(PageForm):
    """Delete the account."""

    password = PasswordField(_("Your password"), [InputRequired(_("Enter your password."))])


def zones() -> list[str]:
    """Time zones by place, and UTC; the database's older aliases are left out of the list."""
    return ["UTC", *sorted(zone for zone in time_zones() if "/" in zone and not zone.startswith("Etc/"))]


def show_refusal(form: Form, error: DriveError) -> None:
    """Put what a service refused beside the fields it names, or on top of the form."""
    placed = {name: sentence for name, sentence in error.fields.items() if name in form}
    for name, sentence in placed.items():
        form[name].errors = [*form[name].errors, sentence]
    if not placed:
        form.form_errors.append(error.title)
