"""What an instance of EC2 is told about itself: its role's credentials, and nothing to whoever has no token."""

import http.client
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from smartdrive.domain.checks import Check
from smartdrive.domain.clock import Clock
from smartdrive.services.doctor_asking import ask

METADATA = "http://169.254.169.254"
PATIENCE = 2.0
"""Seconds: it answers at once or is not there."""
ROLE = "/latest/meta-data/iam/security-credentials/"
OPTIONS = "aws ec2 modify-instance-metadata-options --instance-id {}"


@dataclass(frozen=True, slots=True)
class Instance:
    """Examines the metadata service; `hops` asks AWS how far its answers go."""

    clock: Clock
    hops: Callable[[str], Check]
    metadata: str = METADATA

    def examine(self) -> Iterator[Check]:
        """Yield every check as it is done; one that says so where this is no instance."""
        try:
            token = self._ask("PUT", "/latest/api/token", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"})
            if not token:
                fix = "Turn the metadata service on: " + OPTIONS.format("ID") + " --http-endpoint enabled"
                yield Check("metadata", "The metadata service gives no token.", fix)
                return
            number = self._ask("GET", "/latest/meta-data/instance-id", headers=_with(token)) or "ID"
            yield self._refuses_strangers(number)
            yield self._has_a_role(token)
            yield self.hops(number)
        except (OSError, http.client.HTTPException):
            yield Check("metadata", "No metadata service answers: this is no instance of EC2.")

    def _refuses_strangers(self, number: str) -> Check:
        """A request that a stranger talked some program into sending has no token, so it must learn nothing."""
        if ask("GET", self.metadata + "/latest/meta-data/", patience=PATIENCE).status == 401:
            return Check("metadata", "The metadata service answers nobody without a token (IMDSv2).")
        fix = "Demand tokens: " + OPTIONS.format(number) + " --http-tokens required"
        return Check("metadata", "The metadata service answers also without a token (IMDSv1).", fix)

    def _has_a_role(self, token: str) -> Check:
        name = self._ask("GET", ROLE, headers=_with(token))
        if not name:
            return Check("role", "This instance has no role.", "Attach the instance profile of the stack to it.")
        told = json.loads(self._ask("GET", ROLE + name, headers=_with(token)) or "{}")
        if told.get("Code") != "Success":
            fix = "Look whether the role exists still, and may be taken by ec2.amazonaws.com."
            return Check("role", f"The role {name} gives no credentials: {told.get('Code', 'no answer')}.", fix)
        left = datetime.fromisoformat(told["Expiration"]) - self.clock()
        if left.total_seconds() <= 0:
            return Check(
                "role", f"The credentials of the role {name} have ended.", "Look at the clock of this machine."
            )
        return Check("role", f"The role {name} gives credentials, good for {int(left.total_seconds()) // 60} minutes.")

    def _ask(self, method: str, path: str, *, headers: dict[str, str]) -> str:
        answer = ask(method, self.metadata + path, headers=headers, patience=PATIENCE)
        return answer.body.decode() if answer.status == 200 else ""


def _with(token: str) -> dict[str, str]:
    return {"X-aws-ec2-metadata-token": token}
