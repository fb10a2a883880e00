"""The objects port on one private, versioned S3 bucket; browsers reach it by presigned addresses.

A signed PUT cannot be recalled, so reads are pinned to the version that stood at finish: what a late PUT
writes is another version, which nobody reads and `delete` removes with the rest.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from smartdrive.domain.http_names import disposition
from smartdrive.ports.objects import Delivery, Incomplete, Missing, Outcome, Plan, Signed, Stat, Stored
from smartdrive.ports.table import Unavailable
from smartdrive.ports.together import AT_ONCE, together
from smartdrive.storage import s3_calls as calls
from smartdrive.storage.credentials import Credentials

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import PartTypeDef

MiB = 1024 * 1024
MAX_EXPIRY = 7 * 24 * 3600
"""SigV4's own limit; boto3 signs longer ones without a word, and S3 then refuses them."""
OWN_PART = 8 * MiB
"""Part size of what passes through this process; one part is held in memory."""
LISTED = 1000
"""Parts of one page of a list: S3's own limit."""
PAGES_AT_ONCE = 4
"""Pages of one list that are asked for together; many uploads may be looked at at the same time."""


class S3:
    """Objects in a bucket. `if_none_match` signs `If-None-Match: *` into single PUTs; not all engines can."""

    at_once = AT_ONCE

    def __init__(
        self,
        bucket: str,
        *,
        region: str,
        endpoint: str | None,
        if_none_match: bool = False,
        retried: Callable[[], object] = lambda: None,
    ) -> None:
        self._bucket = bucket
        self._credentials = Credentials()
        self._client = calls.client(self._credentials, region=region, endpoint=endpoint)
        calls.count_retries(self._client, retried)
        self._once = if_none_match

    # Uploads

    def plan_put(self, key: str, *, size: int, part_size: int) -> Plan:
        """See the port."""
        plan = Plan(key, size, part_size)
        if plan.parts == 1:
            return plan
        with calls.failures():
            made = self._client.create_multipart_upload(Bucket=self._bucket, Key=key)
        return Plan(key, size, part_size, made["UploadId"])

    def set_aside(self, plan: Plan) -> None:
        """See the port: a bucket has room for all."""

    def sign_parts(self, plan: Plan, numbers: Sequence[int], *, expires_in: int) -> dict[int, Signed]:
        """See the port."""
        if wrong := [number for number in numbers if not 1 <= number <= plan.parts]:
            raise ValueError(f"there is no part {wrong[0]} of {plan.parts}")
        return {number: self._signed(plan, number, expires_in=expires_in) for number in numbers}

    def _signed(self, plan: Plan, number: int, *, expires_in: int) -> Signed:
        fixed: dict[str, Any] = {"Key": plan.key, "ContentLength": plan.length(number)}
        if plan.handle:
            part = {"UploadId": plan.handle, "PartNumber": number}
            return Signed(self._presign("upload_part", fixed | part, expires_in=expires_in), {})
        once = {"IfNoneMatch": "*"} if self._once else {}
        headers = {"If-None-Match": "*"} if self._once else {}
        return Signed(self._presign("put_object", fixed | once, expires_in=expires_in), headers)

    def _presign(self, operation: str, fixed: dict[str, Any], *, expires_in: int) -> str:
        with calls.failures():
            return self._client.generate_presigned_url(
                operation, Params={"Bucket": self._bucket, **fixed}, ExpiresIn=min(expires_in, MAX_EXPIRY)
            )

    def list_parts(self, plan: Plan) -> list[int]:
        """See the port."""
        if plan.handle:
            return sorted(self._arrived(plan))
        found = self.stat(plan.key)
        return [1] if found and found.size == plan.size else []

    def last_part(self, plan: Plan) -> datetime | None:
        """See the port."""
        with suppress(Missing):
            return max((part["LastModified"] for part in self._parts(plan)), default=None) if plan.handle else None
        return None

    def _arrived(self, plan: Plan) -> dict[int, tuple[str, int]]:
        """ETag and length of each part that stands."""
        return {part["PartNumber"]: (part["ETag"], part["Size"]) for part in self._parts(plan)}

    def _parts(self, plan: Plan) -> list["PartTypeDef"]:
        if plan.parts <= LISTED:
            with calls.failures():
                return self._parts_after(plan, 0)
        starts = range(0, plan.parts, LISTED)
        with calls.failures(), ThreadPoolExecutor(min(PAGES_AT_ONCE, len(starts))) as pool:
            return [part for page in pool.map(partial(self._parts_after, plan), starts) for part in page]

    def _parts_after(self, plan: Plan, number: int) -> list["PartTypeDef"]:
        """One page: pages are asked for by their first number, so none waits for the one before."""
        page = self._client.list_parts(
            Bucket=self._bucket, Key=plan.key, UploadId=plan.handle, PartNumberMarker=number, MaxParts=LISTED
        )
        return page.get("Parts", [])

    def finish_put(self, plan: Plan) -> Stat:
        """See the port."""
        if not plan.handle:
            return self._finish_single(plan)
        with suppress(Missing):
            self._complete(plan)
        return self._finished(plan)

    def finish_puts(self, plans: Sequence[Plan]) -> list[Outcome]:
        """See the port."""
        return together(self._outcome, plans)

    def _outcome(self, plan: Plan) -> Outcome:
        try:
            return self.finish_put(plan)
        except (Missing, Incomplete) as refusal:
            return refusal

    def _finish_single(self, plan: Plan) -> Stat:
        found = self.stat(plan.key)
        if found is None:
            raise Incomplete([1])
        if found.size != plan.size:
            self.delete(plan.key)
            raise Incomplete([1])
        return found

    def _complete(self, plan: Plan) -> None:
        here = self._arrived(plan)
        numbers = range(1, plan.parts + 1)
        lacking = [n for n in numbers if here.get(n, ("", -1))[1] != plan.length(n)]
        if lacking:
            raise Incomplete(lacking)
        with calls.failures():
            self._client.complete_multipart_upload(
                Bucket=self._bucket,
                Key=plan.key,
                UploadId=plan.handle,
                MultipartUpload={"Parts": [{"PartNumber": n, "ETag": here[n][0]} for n in numbers]},
            )

    def _finished(self, plan: Plan) -> Stat:
        found = self.stat(plan.key)
        if found is None or found.size != plan.size:
            raise Missing
        return found

    def abandon_put(self, plan: Plan) -> None:
        """See the port. A single PUT's address lives until its end: what it still writes is an orphan."""
        if plan.handle:
            with suppress(Missing), calls.failures():
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=plan.key, UploadId=plan.handle)
        self.delete(plan.key)

    # Objects

    def stat(self, key: str) -> Stat | None:
        """See the port."""
        try:
            with calls.failures():
                found = self._client.head_object(Bucket=self._bucket, Key=key)
        except Missing:
            return None
        return Stat(found["ContentLength"], found.get("VersionId", ""))

    def open(self, key: str, *, version: str = "", start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """See the port."""
        asked = self._pinned(key, version)
        if start or length is not None:
            # A range of no bytes cannot be asked for; one byte is fetched and dropped.
            asked["Range"] = f"bytes={start}-" + ("" if length is None else str(start + max(length, 1) - 1))
        with calls.failures():
            try:
                body = self._client.get_object(**asked)["Body"]
            except ClientError as error:
                if calls.code(error) != "InvalidRange":
                    raise
                return
            with closing(body):
                if length != 0:
                    yield from body.iter_chunks(calls.BLOCK)

    def _pinned(self, key: str, version: str) -> dict[str, Any]:
        return {"Bucket": self._bucket, "Key": key} | ({"VersionId": version} if version else {})

    def put(self, key: str, stream: BinaryIO, *, size: int) -> Stat:
        """See the port."""
        plan = self.plan_put(key, size=size, part_size=max(OWN_PART, -(-size // 9000)))
        try:
            for number in range(1, plan.parts + 1):
                self._send(plan, number, stream=stream)
            if stream.read(1):
                raise Incomplete([plan.parts])
            return self.finish_put(plan)
        except BaseException:
            self.abandon_put(plan)
            raise

    def sign_get(self, key: str, delivery: Delivery, *, version: str = "", expires_in: int) -> str:
        """See the port."""
        fixed = {
            "Key": key,
            "ResponseContentDisposition": disposition(delivery.filename, inline=delivery.inline),
            "ResponseContentType": delivery.content_type,
        }
        pin = {"VersionId": version} if version else {}
        return self._presign("get_object", fixed | pin, expires_in=expires_in)

    def signing_ends(self) -> datetime | None:
        """See the port: the credentials of an instance role last for hours, and their addresses no longer."""
        with calls.failures():
            return self._credentials.end()

    def delete(self, key: str) -> None:
        """See the port."""
        with calls.failures():
            for version in list(self._versions(key)):
                if version["Key"] == key:
                    self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=version["VersionId"])

    def _versions(self, prefix: str) -> Iterator[dict[str, Any]]:
        """Every version and delete marker under a prefix, in order of keys within each page."""
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=prefix)
        for page in pages:
            found: list[Any] = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            yield from sorted(found, key=lambda version: str(version["Key"]))

    def keys(self, prefix: str = "") -> Iterator[Stored]:
        """See the port."""
        with calls.failures():
            yield from self._unfinished(prefix)
            for key, versions in groupby(self._versions(prefix), lambda version: str(version["Key"])):
                standing = list(versions)
                newest: datetime = max(version["LastModified"] for version in standing)
                yield Stored(key, sum(version.get("Size", 0) for version in standing), newest)

    def _unfinished(self, prefix: str) -> Iterator[Stored]:
        pages = self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket, Prefix=prefix)
        for page in pages:
            for upload in page.get("Uploads", []):
                yield Stored(upload["Key"], 0, upload["Initiated"], handle=upload["UploadId"], unfinished=True)

    def tidy(self, before: datetime) -> None:
        """See the port: all there is in a bucket has a key."""

    def origins(self) -> tuple[str, ...]:
        """See the port: the bucket's host, or the endpoint's where buckets are paths."""
        parts = urlsplit(self._presign("get_object", {"Key": "o"}, expires_in=1))
        return (f"{parts.scheme}://{parts.netloc}",)

    def ready(self) -> None:
        """See the port."""
        try:
            with calls.failures():
                self._client.head_bucket(Bucket=self._bucket)
        except Missing:
            raise Unavailable("the bucket does not exist") from None

    def _send(self, plan: Plan, number: int, *, stream: BinaryIO) -> None:
        """Pass one part through this process; a stream that gives fewer bytes than planned is Incomplete."""
        block = calls.exactly(stream, plan.length(number))
        if len(block) != plan.length(number):
            raise Incomplete([number])
        with calls.failures():
            if plan.handle:
                self._client.upload_part(
                    Bucket=self._bucket,
                    Key=plan.key,
                    UploadId=plan.handle,
                    PartNumber=number,
                    Body=block,
                )
            else:
                self._client.put_object(Bucket=self._bucket, Key=plan.key, Body=block)
