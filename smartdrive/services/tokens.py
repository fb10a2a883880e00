"""Access tokens: what a person's programs show in place of a session, until it is revoked or its time is over."""

import base64
import hmac
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from smartdrive.domain.clock import Clock
from smartdrive.domain.errors import BadInput, Enough, NotFound, NotSignedIn
from smartdrive.domain.keychain import digest
from smartdrive.domain.models import AccessToken, Scope, User
from smartdrive.domain.people import check_person_name
from smartdrive.domain.words import _
from smartdrive.ports.table import Contended, OutOfRoom, Refused, Table
from smartdrive.records import tokens as records
from smartdrive.records import users
from smartdrive.services.retry import Again, until_settled

PREFIX = "sd_"
"""Every token begins with it: logs mask by it, and programs that look for leaked secrets can know it."""
SECRET_BYTES = 20
USUAL = timedelta(days=90)
SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(days=3660)
SLACK = timedelta(seconds=1)
"""What passes between the reckoning of an end and the look at it."""
MOST = 50
USED_EVERY = timedelta(hours=1)
ID_LENGTH = 32
CHECK = 2
"""Position of the person's check among the actions of a making."""
_TOKEN = re.compile(rf"{PREFIX}([a-z2-7]{{26}})[a-z2-7]{{32}}")
_ID = re.compile(rf"[0-9a-f]{{{ID_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Use cases of access tokens.

    A token is the person's id and 160 random bits; only its SHA-256 is kept, whose beginning is the token's id.
    """

    table: Table
    clock: Clock

    def make(self, user: User, *, name: str, scope: Scope, expires: datetime | None) -> tuple[AccessToken, str]:
        """Make a token and say it: this once. `expires` None is never.

        BadInput for a name or an end that cannot be; Enough at 50; NotSignedIn when the person's sessions ended.
        """
        name, moment = _checked_name(name), self.clock()
        self._check_end(expires, moment)
        secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode().lower()
        text = f"{PREFIX}{user.id}{secret}"
        hashed = digest(text)
        token = AccessToken(hashed[:ID_LENGTH], user.id, name, scope, hashed, moment, expires, epoch=user.token_epoch)
        until_settled(lambda: self._make(user, token))
        return token, text

    def load(self, text: str) -> tuple[AccessToken, User]:
        """The live token with this text and its person, in one round trip; NotSignedIn for anything else."""
        form = _TOKEN.fullmatch(text)
        if form is None:
            raise NotSignedIn
        hashed = digest(text)
        found = records.read_with_user(self.table, form[1], token_id=hashed[:ID_LENGTH])
        if found is None or not hmac.compare_digest(found[0].hash, hashed) or not self._lives(*found):
            raise NotSignedIn
        return found

    def see(self, token: AccessToken) -> None:
        """Note that it is in use, at most once an hour; a full disk or a busy row is no reason to fail."""
        moment = self.clock()
        if token.used is None or moment - token.used >= USED_EVERY:
            with suppress(Refused, Contended, OutOfRoom):
                self.table.write(records.see(token, moment))

    def list(self, user: User) -> list[AccessToken]:
        """A person's live tokens, the newest first."""
        live = (token for token in records.list_tokens(self.table, user.id) if self._lives(token, user))
        return sorted(live, key=attrgetter("created"), reverse=True)

    def revoke(self, user: User, token_id: str) -> None:
        """End one at once; NotFound when it is not among the person's live ones."""
        found = _ID.fullmatch(token_id) and records.read_with_user(self.table, user.id, token_id=token_id)
        if not found or not self._lives(*found):
            raise NotFound
        until_settled(lambda: self.table.write(records.delete_token(found[0])))

    def _make(self, user: User, token: AccessToken) -> None:
        """Count, so that of two at the same moment neither is overlooked; those that are over go with it."""
        made = records.read_made(self.table, user.id)
        before = records.list_tokens(self.table, user.id)
        over = [each for each in before if not self._lives(each, user)]
        if len(before) - len(over) >= MOST:
            raise Enough(
                _("You have %(most)s access tokens, as many as one person can have. Revoke one first.", most=MOST)
            )
        actions = (records.put_token(token), records.count_made(user.id, made), users.unchanged(user))
        try:
            self.table.write(*actions, *map(records.delete_token, over))
        except Refused as refused:
            raise NotSignedIn if CHECK in refused.failed else Again from None

    def _check_end(self, expires: datetime | None, moment: datetime) -> None:
        if expires and not moment + SHORTEST - SLACK <= expires <= moment + LONGEST:
            sentence = _("An access token lasts at least a minute and at most ten years, or for ever.")
            raise BadInput(sentence, fields={"expires": sentence})

    def _lives(self, token: AccessToken, user: User) -> bool:
        in_time = token.expires is None or token.expires > self.clock()
        return in_time and user.state == "active" and token.epoch == user.token_epoch


def _checked_name(name: str) -> str:
    kept = check_person_name(name)
    if not kept:
        reason = _("Give the access token a name, to know it by later.")
        raise BadInput(reason, fields={"name": reason})
    return kept
