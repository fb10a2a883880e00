"""What keeps a drive from working, each with what to do about it; leaves nothing behind."""

import http.client
import shutil
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from urllib.parse import urlsplit

from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.hosts import is_loopback
from smartdrive.ports.objects import Delivery, Objects
from smartdrive.ports.table import OutOfRoom, StoreTooNew, Unavailable
from smartdrive.services.schema import Layout
from smartdrive.settings import Settings

PATIENCE = 10
LATE = timedelta(seconds=60)
"""S3 refuses signatures more than 15 minutes off; our own leases and sessions want better."""
LEAST_FREE = 2 * 10**9
SAMPLE = b"Smart Drive looks whether storage works."


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `fix` says what to do when it is not well, "" when it is."""

    name: str
    sentence: str
    fix: str = ""

    @property
    def well(self) -> bool:
        """Whether there is nothing to do."""
        return not self.fix


@dataclass(frozen=True, slots=True)
class Answer:
    """What a storage server said."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Doctor:
    """Examines settings, both engines, the clock and the room; on S3 also what browsers need of the bucket."""

    settings: Settings
    objects: Objects
    layout: Layout
    faults: Callable[[], list[str]]
    clock: Clock
    ids: Ids

    def examine(self) -> Iterator[Check]:
        """Yield every check as it is done."""
        yield self._address()
        table = self._guarded(
            "table", self._table, fix="Look at the engine's own log and at its address in the settings."
        )
        yield table
        storage = self._guarded("storage", self._storage, fix="Look at rights and address of the storage.")
        yield storage
        if self.settings.engine == "embedded":
            yield self._guarded("clock", self._disk_clock, fix="Make the data folder writable for this user.")
            yield self._room()
        elif storage.well:
            yield from self._bucket()

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
        return self._compare(there, of="data folder")

    def _compare(self, there: datetime, *, of: str) -> Check:
        off = abs(self.clock() - there)
        if off <= LATE:
            return Check("clock", f"Our clock and that of the {of} agree.")
        return Check(
            "clock", f"Our clock and that of the {of} are {round(off.total_seconds())} seconds apart.",
            "Let NTP set the clock of this machine (timedatectl set-ntp true).",
        )  # fmt: skip

    def _room(self) -> Check:
        free = shutil.disk_usage(self.settings.data).free
        sentence = f"{free / 10**9:.1f} GB are free for {self.settings.data}."
        return Check(
            "room", sentence, "" if free >= LEAST_FREE else "Make room on this disk, or move DATA to a larger one."
        )

    def _bucket(self) -> Iterator[Check]:
        """As a browser would: ask whether a page of ours may upload, upload, look who can read it."""
        key = "o" + self.ids()
        plan = self.objects.plan_put(key, size=len(SAMPLE), part_size=len(SAMPLE))
        try:
            signed = self.objects.sign_parts(plan, [1], expires_in=60)[1]
            yield self._guarded("cors", lambda: self._cors(signed.url, signed.headers), fix="Run flask create-bucket.")
            stat = self.objects.finish_put(plan)
            url = self.objects.sign_get(key, Delivery("probe", "text/plain"), version=stat.version, expires_in=60)
            yield self._guarded("private", lambda: _private(url), fix="Run flask create-bucket.")
            yield self._guarded("clock", lambda: self._bucket_clock(url), fix="Look at the storage's address.")
        finally:
            self.objects.abandon_put(plan)

    def _cors(self, url: str, headers: Mapping[str, str]) -> Check:
        origin = {"Origin": self.settings.public_url}
        wish = {"Access-Control-Request-Method": "PUT"}
        if headers:
            wish["Access-Control-Request-Headers"] = ",".join(sorted(headers)).lower()
        before = _ask("OPTIONS", url, headers=origin | wish)
        put = _ask("PUT", url, headers=origin | dict(headers), body=SAMPLE)
        allowed = {self.settings.public_url, "*"}
        if put.status != 200:
            return Check("cors", f"A signed upload was answered with {put.status}.", "Look at the rights of our role.")
        if any(each.headers.get("access-control-allow-origin") not in allowed for each in (before, put)):
            return Check(
                "cors", "Browsers may not upload into the bucket.", "Run flask create-bucket: it sets the rules."
            )
        return Check("cors", f"Pages of {self.settings.public_url} may upload into the bucket.")

    def _bucket_clock(self, url: str) -> Check:
        return self._compare(parsedate_to_datetime(_ask("GET", url).headers["date"]), of="storage")

    def _guarded(self, name: str, look: Callable[[], Check], *, fix: str) -> Check:
        """An engine that does not answer is a finding, not an end."""
        try:
            return look()
        except (Unavailable, OutOfRoom, OSError, http.client.HTTPException, KeyError) as error:
            return Check(name, f"Cannot be examined: {error}.", fix)


def _private(url: str) -> Check:
    """The same address without its signature must be refused."""
    signed, open_to_all = _ask("GET", url), _ask("GET", url.partition("?")[0])
    if signed.status != 200:
        return Check(
            "private", f"A signed download was answered with {signed.status}.", "Look at the rights of our role."
        )
    if open_to_all.status in (401, 403):
        return Check("private", "Strangers cannot read the bucket.")
    return Check(
        "private", "Strangers can read the bucket.", "Run flask create-bucket, and look at the bucket's policy."
    )


def _ask(method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Answer:
    parts = urlsplit(url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(parts.netloc, timeout=PATIENCE, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    try:
        connection.request(method, f"{parts.path}?{parts.query}", body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        response.read()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()})
    finally:
        connection.close()
