"""Files: what is known of one, and its bytes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from smartdrive.domain.clock import Clock
from smartdrive.domain.errors import BadInput, EngineDown
from smartdrive.domain.models import Checksums, Node, User
from smartdrive.domain.types import inline_allowed
from smartdrive.domain.words import _
from smartdrive.metrics import Metrics
from smartdrive.ports.objects import Delivery, Objects
from smartdrive.ports.table import Table
from smartdrive.records import objects
from smartdrive.services.tree import Tree

DOWNLOAD_SECONDS = 300
DIRECT_LEAST, DIRECT_MOST = 60, 7 * 24 * 60 * 60
"""Seconds a direct link may be asked for; a week is the most that storage signs."""


@dataclass(frozen=True, slots=True)
class Direct:
    """A signed address that its owner asked for, and its true end."""

    url: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Files:
    """Use cases of files."""

    table: Table
    objects: Objects
    tree: Tree
    clock: Clock
    metrics: Metrics

    def checksums(self, file: Node) -> Checksums:
        """Digests of the file's bytes, empty until the worker has computed them."""
        return objects.read_checksums(self.table, file.object)

    def address(self, file: Node, *, inline: bool = False) -> str:
        """A signed address of a file that has been loaded, good for five minutes; inline only for safe types."""
        shown = inline and inline_allowed(file.type)
        self.metrics.downloaded("shown" if shown else "file", file.size)
        return self._signed(file, inline=shown, seconds=DOWNLOAD_SECONDS)

    def download(self, user: User, file_id: str, *, inline: bool = False) -> str:
        """A signed address of a file's bytes."""
        return self.address(self.tree.file(user, file_id), inline=inline)

    def direct_end(self, seconds: int) -> datetime:
        """When a direct link asked for now would end: after that time, or with the credentials that sign it."""
        return self.clock() + timedelta(seconds=self._within_credentials(seconds))

    def direct(self, user: User, file_id: str, *, seconds: int) -> Direct:
        """A signed address that works for everybody until its end, and that nobody can end sooner or find again.

        It gives the bytes and the name the file has now, as long as these bytes are kept: until they are deleted for
        ever. BadInput for under a minute or over a week.
        """
        if not DIRECT_LEAST <= seconds <= DIRECT_MOST:
            sentence = _("A direct link lasts at least a minute and at most 7 days.")
            raise BadInput(sentence, fields={"expires_in": sentence})
        file, lasting = self.tree.file(user, file_id), self._within_credentials(seconds)
        url = self._signed(file, inline=False, seconds=lasting)
        self.metrics.downloaded("direct", file.size)
        return Direct(url, self.clock() + timedelta(seconds=lasting))

    def _within_credentials(self, seconds: int) -> int:
        end = self.objects.signing_ends()
        left = int((end - self.clock()).total_seconds()) if end else seconds
        if left < 1:
            raise EngineDown
        return min(seconds, left)

    def _signed(self, file: Node, *, inline: bool, seconds: int) -> str:
        delivery = Delivery(file.name, file.type, inline=inline)
        return self.objects.sign_get(file.object, delivery, version=file.object_version, expires_in=seconds)
