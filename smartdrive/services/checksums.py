"""SHA-256 and CRC-32 of stored bytes: of a large file computed after the upload, so that nobody waits for them."""

import hashlib
import logging
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from smartdrive.domain.models import Checksums
from smartdrive.ports.objects import Missing, Objects
from smartdrive.ports.table import Action, Delete, Item, Table
from smartdrive.records import due, keys, objects
from smartdrive.records.codec import text
from smartdrive.services.locks import Turn
from smartdrive.services.retry import count_written

TOGETHER = 40
"""Objects whose digests are written at once: many small files cost few writes."""
log = logging.getLogger(__name__)


class Interrupted(Exception):
    """The turn ended within an object; it is read again from its start."""


@dataclass(frozen=True, slots=True)
class Summing:
    """Computes the checksums that are due."""

    table: Table
    objects: Objects

    def any_due(self) -> bool:
        """Whether there are objects without checksums."""
        return due.any_of(self.table, keys.DUE_CHECKSUMS)

    def run(self, turn: Turn) -> None:
        """Go on until nothing is due or the turn is over; an object once begun may outlast its time."""
        for shard in range(keys.DOOM_SHARDS):
            while turn.go_on():
                rows = due.read(self.table, keys.DUE_CHECKSUMS, shard=shard, limit=TOGETHER)
                if not rows or not self._some(rows, turn):
                    break

    def _some(self, rows: list[Item], turn: Turn) -> int:
        """Sum these objects; the count of those that are no longer due."""
        names = [text(row, "object") for row in rows]
        references = objects.read_references(self.table, names)
        groups: list[tuple[Action, ...]] = []
        try:
            for name, row in zip(names, references, strict=True):
                groups += [self._group(name, row, turn=turn)] if turn.go_on() else []
        except Interrupted:
            log.info("checksums interrupted")
        return count_written(self.table, groups)

    def _group(self, name: str, row: Item | None, *, turn: Turn) -> tuple[Action, ...]:
        try:
            found = self.sums(name, version=text(row, "object_version"), turn=turn) if row else None
        except Missing:
            log.error("bytes are missing", extra={"object": name})
            found = None
        return objects.write_checksums(name, found) if found else (Delete(keys.due_checksums(name)),)

    def sums(self, name: str, *, version: str, turn: Turn) -> Checksums:
        """The digests of an object's bytes, read once from start to end; Missing, or Interrupted."""
        return checksums(self._blocks(name, version=version, turn=turn))

    def _blocks(self, name: str, *, version: str, turn: Turn) -> Iterator[bytes]:
        for block in self.objects.open(name, version=version):
            if not turn.keep():
                raise Interrupted
            yield block


def checksums(blocks: Iterable[bytes]) -> Checksums:
    """The digests of the blocks one after the other."""
    sha, crc = hashlib.sha256(), 0
    for block in blocks:
        sha.update(block)
        crc = zlib.crc32(block, crc)
    return Checksums(sha256=sha.hexdigest(), crc32=f"{crc:08x}")
