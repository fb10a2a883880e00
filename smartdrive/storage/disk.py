"""The objects port on a local disk, with the door that serves its signed addresses.

Under `root`: `objects/<two letters of the key>/<key>` holds finished objects, `staging/<key>` each upload
under way (disk_staging.py). An object comes to stand by one rename and is never written again. Only this user
can read any of it.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from smartdrive.domain.clock import Clock
from smartdrive.ports.objects import Delivery, Grant, Incomplete, Missing, Outcome, Plan, Signed, Stat, Stored
from smartdrive.ports.table import Unavailable
from smartdrive.storage import disk_files as files
from smartdrive.storage import disk_staging as staged
from smartdrive.storage.disk_bodies import body, clear
from smartdrive.storage.disk_staging import Staging
from smartdrive.storage.disk_tokens import Tokens

SMALL = 64 * 1024
"""A part of so many bytes goes through the web server's memory: for it a body file costs more than it saves."""
_KEY = re.compile(r"[a-z0-9]{8,63}")


class Disk:
    """Objects and Door on one file system.

    Addresses are signed with `key`; those signed with `key_before` hold until their end, while a secret is rotated.
    `body_folder`: where the web server leaves bodies, if one does.
    """

    at_once = 1

    def __init__(
        self,
        root: Path,
        *,
        key: bytes,
        base_url: str,
        clock: Clock,
        key_before: bytes | None = None,
        body_folder: Path | None = None,
    ) -> None:
        self._objects = root / "objects"
        self._objects.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._staging = Staging(root / "staging", clock)
        files.sync_folder(root)
        self._tokens = Tokens([key, key_before] if key_before else [key], clock)
        self._base_url = base_url
        self._bodies = body_folder.absolute() if body_folder else None
        self._safe_shards = set(self._objects.iterdir())
        files.sync_folder(self._objects)

    # Uploads

    def plan_put(self, key: str, *, size: int, part_size: int) -> Plan:
        """See the port. OutOfRoom when the disk lacks the room as it is now."""
        plan = Plan(_checked(key), size, part_size)
        with files.failures():
            files.spare(self._objects, size)
            self._staging.begin(plan)
        return plan

    def set_aside(self, plan: Plan) -> None:
        """See the port. Only an upload in parts takes its room beforehand; OutOfRoom takes none."""
        if plan.parts > 1:
            with files.failures():
                self._staging.set_aside(plan)

    def sign_parts(self, plan: Plan, numbers: Sequence[int], *, expires_in: int) -> dict[int, Signed]:
        """See the port."""
        return {number: self._signed(plan, number, expires_in=expires_in) for number in numbers}

    def _signed(self, plan: Plan, number: int, *, expires_in: int) -> Signed:
        if not 1 <= number <= plan.parts:
            raise ValueError(f"there is no part {number} of {plan.parts}")
        offset = (number - 1) * plan.part_size
        grant = Grant("PUT", plan.key, part=number, offset=offset, length=plan.length(number))
        token = self._tokens.sign(grant, expires_in=expires_in)
        small = "/small" if self._bodies and grant.length <= SMALL else ""
        return Signed(f"{self._base_url}/objects/{token}/{number}{small}", {})

    def list_parts(self, plan: Plan) -> list[int]:
        """See the port."""
        with files.failures():
            if plan.parts == 1:
                return [1] if self._staging.singles.arrived(plan.key) else []
            with self._staging.open(plan.key) as at:
                return sorted(staged.arrived(at))

    def last_part(self, plan: Plan) -> datetime | None:
        """See the port."""
        with (
            files.failures(),
            suppress(Missing, NotADirectoryError, FileNotFoundError),
            self._staging.open(plan.key) as at,
        ):
            return staged.latest(at)
        return None

    def finish_put(self, plan: Plan) -> Stat:
        """See the port. The object stands by one rename; a second call finds it standing."""
        outcome = self.finish_puts([plan])[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def finish_puts(self, plans: Sequence[Plan]) -> list[Outcome]:
        """See the port. One sync stands for all objects of a folder."""
        with files.failures():
            outcomes = [self._finished(plan) for plan in plans]
            both = zip(plans, outcomes, strict=True)
            for shard in {self._path(plan.key).parent for plan, found in both if isinstance(found, Stat)}:
                files.sync_folder(shard)
        return outcomes

    def _finished(self, plan: Plan) -> Outcome:
        """The object, its name not synced yet: whoever renamed it, this call or a dead one, may not have either."""
        path = self._path(plan.key)
        try:
            with suppress(Missing):
                self._prepare_shard(path.parent)
                self._staging.settle(plan, path)
            with files.gone():
                found = Stat(path.stat().st_size)
        except (Missing, Incomplete) as refusal:
            return refusal
        return found if found.size == plan.size else Missing()

    def abandon_put(self, plan: Plan) -> None:
        """See the port."""
        with files.failures():
            self._staging.drop(plan.key)
            self._path(plan.key).unlink(missing_ok=True)

    # Objects

    def stat(self, key: str) -> Stat | None:
        """See the port."""
        with files.failures():
            try:
                return Stat(self._path(key).stat().st_size)
            except FileNotFoundError:
                return None

    def open(
        self,
        key: str,
        *,
        version: str = "",  # noqa: ARG002
        start: int = 0,
        length: int | None = None,
    ) -> Iterator[bytes]:
        """See the port. There are no versions on disk, here and below: an object is never written twice."""
        with files.failures():
            yield from files.blocks(self._path(key), start=start, length=length)

    def put(self, key: str, stream: BinaryIO, *, size: int) -> Stat:
        """See the port."""
        plan = self.plan_put(key, size=size, part_size=max(1, size))
        try:
            self.accept(Grant("PUT", key, part=1, length=size), stream)
            return self.finish_put(plan)
        except BaseException:
            self._staging.drop(key)
            raise

    def sign_get(
        self,
        key: str,
        delivery: Delivery,
        *,
        version: str = "",  # noqa: ARG002
        expires_in: int,
    ) -> str:
        """See the port."""
        token = self._tokens.sign(Grant("GET", _checked(key), delivery=delivery), expires_in=expires_in)
        return f"{self._base_url}/objects/{token}"

    def signing_ends(self) -> None:
        """See the port: keys of our own have no end."""

    def delete(self, key: str) -> None:
        """See the port. Not synced: what a power cut brings back is an orphan, and the sweep finds it."""
        with files.failures():
            self._path(key).unlink(missing_ok=True)

    def keys(self, prefix: str = "") -> Iterator[Stored]:
        """See the port."""
        with files.failures():
            yield from self._staging.listed(prefix)
            for shard in sorted(self._objects.iterdir()):
                for path in shard.glob(f"{prefix}*"):
                    with suppress(FileNotFoundError):
                        found = path.stat()
                        yield Stored(path.name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def tidy(self, before: datetime) -> None:
        """See the port: body files that nobody took over, and attempts of a process that was killed."""
        clear(self._staging.root, before, names=staged.ATTEMPTS)
        if self._bodies:
            clear(self._bodies, before)

    def origins(self) -> tuple[str, ...]:
        """See the port: all addresses are our own."""
        return ()

    def ready(self) -> None:
        """See the port."""
        for path in (self._objects, self._staging.root):
            if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
                raise Unavailable(f"{path} cannot be written")

    # Door

    def admit(self, token: str, method: str, *, part: int = 0) -> Grant | None:
        """See the port."""
        grant = self._tokens.read(token)
        asked = ("GET" if method == "HEAD" else method, part)
        if grant is None or (grant.method, grant.part) != asked:
            return None
        if grant.method == "PUT" and not self._staging.stands(grant.key):
            raise Missing
        return grant

    def accept(self, grant: Grant, stream: BinaryIO) -> str:
        """See the port."""
        with files.failures(), self._staging.home(grant.key) as at, files.scratch(at) as attempt:
            files.spare(self._objects, grant.length)
            files.receive(stream, attempt.handle, length=grant.length, part=grant.part)
            self._publish(at, attempt, grant=grant)
        return _etag(grant)

    def _publish(self, at: int, attempt: files.Attempt, *, grant: Grant) -> None:
        if not staged.in_parts(at):
            os.fdatasync(attempt.handle)
            self._staging.singles.publish(grant.key, attempt)
            return
        self._staging.hold(grant.key, at)
        staged.publish(at, attempt, grant=grant)

    def accept_file(self, grant: Grant, path: str) -> str:
        """See the port."""
        with (
            files.failures(),
            self._staging.home(grant.key) as at,
            body(self._bodies, path, grant=grant) as attempt,
        ):
            self._publish(at, attempt, grant=grant)
        return _etag(grant)

    def path(self, key: str) -> str:
        """See the port."""
        path = self._path(key)
        if not path.is_file():
            raise Missing
        return str(path.relative_to(self._objects))

    def file(self, key: str) -> BinaryIO:
        """See the port."""
        with files.failures(), files.gone():
            return self._path(key).open("rb")

    # Paths

    def _path(self, key: str) -> Path:
        return self._objects / _checked(key)[1:3] / key

    def _prepare_shard(self, shard: Path) -> None:
        """Make the folder and sync its name once; those that stood when this process began were synced then."""
        if shard not in self._safe_shards:
            shard.mkdir(mode=0o700, exist_ok=True)
            files.sync_folder(self._objects)
            self._safe_shards.add(shard)


def _checked(key: str) -> str:
    """Keys become paths, so nothing but our own spelling passes."""
    if not _KEY.fullmatch(key):
        raise ValueError("not an object key")
    return key


def _etag(grant: Grant) -> str:
    return f'"{grant.key}-{grant.part}"'
