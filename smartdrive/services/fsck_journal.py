"""Whether journals are as they were sealed: which events are missing, altered or added, which segments not ours."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from smartdrive.domain.keychain import Keychain
from smartdrive.domain.segments import Head, Segment, digest_of, ends_with, is_sealed
from smartdrive.ports.table import Item, Table
from smartdrive.records import journal, journal_keys, seals
from smartdrive.records.codec import text
from smartdrive.services.fsck_rows import Finding
from smartdrive.services.sealing import read_all

RULE = "I11"


@dataclass(frozen=True, slots=True)
class SealedJournals:
    """Looks at the journals of a drive."""

    table: Table
    keys: Keychain

    def look(self, owner: str, seen: Counter[str]) -> Iterator[Finding]:
        """What is wrong with a person's journal; `seen` counts what was looked at."""
        head, last, count = seals.read_head(self.table, owner), None, 0
        before, rows = "", self._rows(owner)
        row = next(rows, None)
        for segment in self._segments(owner):
            seen["journal segments"] += 1
            last, count = segment, count + 1
            if why := self._why(segment, before):
                yield Finding(RULE, f"{owner}/{segment.last}", why)
            before, found = segment.digest, dict[str, str]()
            while row is not None and text(row, "sk") <= segment.last:
                found[text(row, "sk")] = journal.digest_of(row)
                row = next(rows, None)
            if not segment.purged:
                seen["journal events"] += len(found)
                yield from _differences(segment, found)
        if why := self._wrong_end(head, last, count=count):
            yield Finding(RULE, owner, why)

    def _wrong_end(self, head: Head | None, last: Segment | None, *, count: int) -> str:
        """What is wrong with where the segments end, "" for nothing."""
        if head is None:
            return "The head of the journal's segments is missing." if last else ""
        if not is_sealed(head, self.keys):
            return "The head of the journal's segments is not sealed with a secret of this drive."
        if not ends_with(head, last):
            return "Segments at the end of the journal are missing."
        if head.count != count:
            return "The journal has not as many segments as its head says."
        return ""

    def _why(self, segment: Segment, before: str) -> str:
        """What is wrong with a segment itself, "" for nothing."""
        if not is_sealed(segment, self.keys):
            return "A segment of the journal is not sealed with a secret of this drive."
        if segment.before != before:
            return "Segments of the journal before this one are missing."
        if not segment.purged and digest_of(before, segment.digests) != segment.digest:
            return "A segment of the journal lists other events than were sealed."
        return ""

    def _segments(self, owner: str) -> Iterator[Segment]:
        for pk in (journal_keys.purged_seals(owner), journal_keys.seals(owner)):
            yield from read_all(self.table, pk)

    def _rows(self, owner: str) -> Iterator[Item]:
        cursor = None
        while True:
            rows = journal.read_oldest(self.table, owner, limit=200, cursor=cursor)
            yield from rows.items
            if (cursor := rows.cursor) is None:
                return


def _differences(segment: Segment, found: dict[str, str]) -> Iterator[Finding]:
    listed = dict(segment.digests)
    for event, digest in listed.items():
        if event not in found:
            yield Finding(RULE, f"{segment.owner}/{event}", "An event of the journal is missing.")
        elif found[event] != digest:
            yield Finding(RULE, f"{segment.owner}/{event}", "An event of the journal was altered.")
    for event in found.keys() - listed.keys():
        yield Finding(RULE, f"{segment.owner}/{event}", "An event of the journal was added after its time was sealed.")
