"""What keeps a drive from working, each with what to do about it; leaves nothing behind."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import urlsplit

from smartdrive.domain.checks import Check
from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.hosts import is_loopback
from smartdrive.ports.objects import Objects
from smartdrive.ports.table import StoreTooNew
from smartdrive.services.doctor_bucket import SAMPLE, Bucket
from smartdrive.services.doctor_clock import agree, guarded
from smartdrive.services.schema import Layout
from smartdrive.settings import Settings

TABLE_FIX = {
    "embedded": "Look at the disk of the data folder, and at who may write there.",
    "aws": "Look at table and region in the settings; the operator's policy (DoctorPolicyArn) lets the doctor look.",
}
LEAST_FREE = 2 * 10**9


@dataclass(frozen=True, slots=True)
class Doctor:
    """Examines settings, both engines, the clock and the room; on S3 also what browsers need of the bucket.

    `around` are the looks at what is no engine: the public address, the bucket's own settings, the instance.
    """

    settings: Settings
    objects: Objects
    layout: Layout
    faults: Callable[[], list[str]]
    clock: Clock
    ids: Ids
    around: Iterable[Check]

    def examine(self) -> Iterator[Check]:
        """Yield every check as it is done."""
        yield self._address()
        table = guarded("table", self._table, fix=TABLE_FIX[self.settings.engine])
        yield table
        storage = guarded("storage", self._storage, fix="Look at rights and address of the storage.")
        yield storage
        if self.settings.engine == "embedded":
            yield guarded("clock", self._disk_clock, fix="Make the data folder writable for this user.")
            yield self._room()
        elif storage.well:
            yield from Bucket(self.settings, self.objects, self.clock, self.ids).examine()
        yield from self.around

    def _address(self) -> Check:
        url = self.settings.public_url
        if self.settings.https or is_loopback(urlsplit(url).hostname or ""):
            return Check("address", f"People come by {url}.")
        fix = "Put a server with a certificate in front and set SMARTDRIVE_PUBLIC_URL to its https address."
        return Check("address", f"People come by {url}, so passwords cross the network in the clear.", fix)

    def _table(self) -> Check:
        if faults := self.faults():
            return Check("table", faults[0], " ".join(faults))
        try:
            self.layout.prepare()
        except StoreTooNew as error:
            return Check("table", "The store is newer than this program.", str(error))
        return Check("table", f"The table answers; its schema is {self.layout.newest}.")

    def _storage(self) -> Check:
        """Store a few bytes, read them back and remove them."""
        key = "o" + self.ids()
        try:
            stat = self.objects.put(key, BytesIO(SAMPLE), size=len(SAMPLE))
            same = b"".join(self.objects.open(key, version=stat.version)) == SAMPLE
        finally:
            self.objects.delete(key)
        if same:
            return Check("storage", "Bytes can be stored, read back and removed.")
        return Check(
            "storage", "Bytes came back changed.", "Replace the disk or the storage server: it cannot be trusted."
        )

    def _disk_clock(self) -> Check:
        """The file system stamps files by the same clock on one machine, by another one on a network disk."""
        probe = self.settings.data / f"probe-{self.ids()}"
        try:
            probe.touch()
            there = datetime.fromtimestamp(probe.stat().st_mtime, UTC)
        finally:
            probe.unlink(missing_ok=True)
        return agree(self.clock(), there, of="data folder")

    def _room(self) -> Check:
        free = shutil.disk_usage(self.settings.data).free
        sentence = f"{free / 10**9:.1f} GB are free for {self.settings.data}."
        return Check(
            "room", sentence, "" if free >= LEAST_FREE else "Make room on this disk, or move DATA to a larger one."
        )
