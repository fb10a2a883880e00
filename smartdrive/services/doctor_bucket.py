"""The bucket as a browser meets it: whether pages of ours may upload into it, and strangers read nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from smartdrive.domain.checks import Check
from smartdrive.domain.clock import Clock, Ids
from smartdrive.ports.objects import Delivery, Objects
from smartdrive.services.doctor_asking import ask
from smartdrive.services.doctor_clock import agree, guarded
from smartdrive.settings import Settings

SAMPLE = b"Smart Drive looks whether storage works."


@dataclass(frozen=True, slots=True)
class Bucket:
    """Examines a bucket by signed addresses."""

    settings: Settings
    objects: Objects
    clock: Clock
    ids: Ids

    def examine(self) -> Iterator[Check]:
        """As a browser would: ask whether a page of ours may upload, upload, look who can read it."""
        key = "o" + self.ids()
        plan = self.objects.plan_put(key, size=len(SAMPLE), part_size=len(SAMPLE))
        try:
            signed = self.objects.sign_parts(plan, [1], expires_in=60)[1]
            yield guarded("cors", lambda: self._cors(signed.url, signed.headers), fix="Run flask create-bucket.")
            stat = self.objects.finish_put(plan)
            url = self.objects.sign_get(key, Delivery("probe", "text/plain"), version=stat.version, expires_in=60)
            yield guarded("private", lambda: _private(url), fix="Run flask create-bucket.")
            yield guarded("clock", lambda: self._bucket_clock(url), fix="Look at the storage's address.")
        finally:
            self.objects.abandon_put(plan)

    def _cors(self, url: str, headers: Mapping[str, str]) -> Check:
        origin = {"Origin": self.settings.public_url}
        wish = {"Access-Control-Request-Method": "PUT"}
        if headers:
            wish["Access-Control-Request-Headers"] = ",".join(sorted(headers)).lower()
        before = ask("OPTIONS", url, headers=origin | wish)
        put = ask("PUT", url, headers=origin | dict(headers), body=SAMPLE)
        allowed = {self.settings.public_url, "*"}
        if put.status != 200:
            return Check("cors", f"A signed upload was answered with {put.status}.", "Look at the rights of our role.")
        if any(each.headers.get("access-control-allow-origin") not in allowed for each in (before, put)):
            return Check(
                "cors", "Browsers may not upload into the bucket.", "Run flask create-bucket: it sets the rules."
            )
        return Check("cors", f"Pages of {self.settings.public_url} may upload into the bucket.")

    def _bucket_clock(self, url: str) -> Check:
        return agree(self.clock(), parsedate_to_datetime(ask("GET", url).headers["date"]), of="storage")


def _private(url: str) -> Check:
    """The same address without its signature must be refused."""
    signed, open_to_all = ask("GET", url), ask("GET", url.partition("?")[0])
    if signed.status != 200:
        return Check(
            "private", f"A signed download was answered with {signed.status}.", "Look at the rights of our role."
        )
    if open_to_all.status in (401, 403):
        return Check("private", "Strangers cannot read the bucket.")
    return Check(
        "private", "Strangers can read the bucket.", "Run flask create-bucket, and look at the bucket's policy."
    )
