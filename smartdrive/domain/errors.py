"""What can go wrong, in the words people see. One table in `web/errors.py` maps each code to a status."""

from collections.abc import Mapping

from smartdrive.domain.words import _


class DriveError(Exception):
    """A refusal: `code` is a stable word for programs, `title` a sentence for people.

    `fields` names what is wrong in a form; `more` adds members to the problem document.
    """

    code = "error"
    title = _("That did not work.")

    def __init__(
        self,
        title: str = "",
        *,
        fields: Mapping[str, str] | None = None,
        more: Mapping[str, object] | None = None,
    ) -> None:
        self.title = title or type(self).title
        self.fields = dict(fields or {})
        self.more = dict(more or {})
        super().__init__(self.title)


class BadInput(DriveError):
    """The request cannot be understood or breaks a rule of form."""

    code = "bad_input"
    title = _("Something in the request is not right.")


class NotSignedIn(DriveError):
    """No session, or one that ended."""

    code = "not_signed_in"
    title = _("Please log in.")


class WrongPassword(DriveError):
    """The one answer to every failed sign-in."""

    code = "wrong_credentials"
    title = _("The e-mail address or the password is not right.")


class PasswordNeeded(DriveError):
    """The current password was asked for and is wrong."""

    code = "wrong_password"
    title = _("The current password is not right.")


class Forbidden(DriveError):
    """Yours to see, but not to do."""

    code = "forbidden"
    title = _("You are not allowed to do that.")


class BadToken(Forbidden):
    """A form or a signed address without the right token."""

    code = "bad_token"
    title = _("This page has grown old. Load it again and repeat what you did.")


class NotFound(DriveError):
    """Unknown, malformed, or somebody else's: one answer."""

    code = "not_found"
    title = _("There is nothing here, or it is not yours.")


class Exists(DriveError):
    """The name is taken; `more["existing"]` is the item that has it."""

    code = "exists"
    title = _("Something with this name is already there.")


class EmailTaken(DriveError):
    """An account with this address exists."""

    code = "email_taken"
    title = _("There is an account with this e-mail address already.")


class SessionNeeded(Forbidden):
    """An access token tried what only a person who logged in may do."""

    code = "session_needed"
    title = _("An access token cannot do this. Log in to do it.")


class ReadOnly(Forbidden):
    """An access token of scope `read` tried to change something."""

    code = "read_only"
    title = _("This access token may only read. Make one that may write to change something.")


class RegistrationClosed(Forbidden):
    """The operator makes the accounts here."""

    code = "registration_closed"
    title = _("New accounts are made by the operator of this drive.")


class Enough(DriveError):
    """As many of a kind as one person can have."""

    code = "enough"
    title = _("That is as many as one person can have.")


class CurrentVersion(DriveError):
    """The version that a file is now goes with the file only."""

    code = "current_version"
    title = _("This is the file as it is now. Restore another version first, or delete the file.")


class Cycle(DriveError):
    """A folder cannot go into itself."""

    code = "cycle"
    title = _("A folder cannot be moved into itself.")


class StandsInTheWay(DriveError):
    """A change cannot be undone any more, or never could."""

    code = "stands_in_the_way"
    title = _("This cannot be undone: something has been changed since.")


class Incomplete(DriveError):
    """Parts are missing; `more["missing"]` lists their numbers."""

    code = "incomplete"
    title = _("The upload is not complete yet.")


class Busy(DriveError):
    """Others changed the same thing at the same moment, again and again."""

    code = "busy"
    title = _("Somebody else changed this at the same moment. Please try again.")


class TooLarge(DriveError):
    """Larger than anything this drive can hold."""

    code = "too_large"
    title = _("This file is too large.")


class TooMany(DriveError):
    """A limit is used up; `retry_after` seconds until it is worth trying again."""

    code = "too_many"
    title = _("Too many tries. Please wait a little.")

    def __init__(self, title: str = "", *, retry_after: int = 60) -> None:
        super().__init__(title)
        self.retry_after = retry_after


class OverQuota(DriveError):
    """The owner's room is used up."""

    code = "over_quota"
    title = _("There is not enough room left in this drive.")


class NoSpace(DriveError):
    """The disk or the engine is full."""

    code = "no_space"
    title = _("The server has no room left. Nothing was lost; please try again later.")


class EngineDown(DriveError):
    """Table or storage does not answer."""

    code = "unavailable"
    title = _("The drive is not available right now. Please try again in a moment.")


class Full(DriveError):
    """As many zips as may be are being sent."""

    code = "full"
    title = _("Many zips are being downloaded right now. Please try again in a moment.")
