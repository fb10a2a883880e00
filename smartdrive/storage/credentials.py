"""Credentials for AWS: those of an instance's role are renewed in time for what they sign, and known by their end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import botocore.session
from botocore.credentials import InstanceMetadataProvider
from botocore.utils import InstanceMetadataFetcher, resolve_imds_endpoint_mode

EARLY = timedelta(minutes=15)
"""botocore asks for new credentials that long before it takes them to end, and works with the old ones meanwhile."""
ASK_AGAIN = timedelta(seconds=5)
"""Until the instance is asked again for newer ones. It has them five minutes before the old ones end, at the latest: so
an address for five minutes lives that long but for these seconds."""
KNOWN = 4
"""Ends that are remembered, each under its access key; a renewal under way knows two."""


class RoleOfInstance(InstanceMetadataFetcher):
    """What the instance metadata service says of the role.

    botocore by itself takes credentials that end within the next 25 minutes to last up to 25 minutes from now, and asks
    the instance that seldom. What AWS refuses then is refused, so here they are used for as long as there are no newer
    ones, asked for every few seconds, and never promised for longer than they last.
    """

    def __init__(self, session: botocore.session.Session) -> None:
        asked = ("ec2_metadata_service_endpoint", "ec2_metadata_v1_disabled")
        config = {name: session.get_config_variable(name) for name in asked}
        super().__init__(
            timeout=session.get_config_variable("metadata_service_timeout"),
            num_attempts=session.get_config_variable("metadata_service_num_attempts"),
            user_agent=session.user_agent(),
            config={
                **config,
                "ec2_metadata_service_endpoint_mode": resolve_imds_endpoint_mode(session),
                "ec2_credential_refresh_window": -EARLY.total_seconds() * 100,  # botocore's own way: never
            },
        )
        self.ends: dict[str, datetime] = {}
        self._last: dict[str, Any] = {}

    def retrieve_iam_role_credentials(self) -> dict[str, Any]:
        """The newest credentials, those of before while the service does not answer; empty where there is no role."""
        found: dict[str, Any] = super().retrieve_iam_role_credentials() or self._last
        if not found:
            return {}
        self._last = found
        end = datetime.fromisoformat(found["expiry_time"]).astimezone(UTC)
        self.ends = dict([*self.ends.items(), (found["access_key"], end)][-KNOWN:])
        return {**found, "expiry_time": max(end, datetime.now(UTC) + EARLY + ASK_AGAIN).isoformat()}


class Credentials:
    """Whose calls and signatures they are: the instance role's, or what the environment and its files name."""

    def __init__(self) -> None:
        core = botocore.session.get_session()
        self._role = RoleOfInstance(core)
        chain = core.get_component("credential_provider")
        chain.insert_after(InstanceMetadataProvider.METHOD, InstanceMetadataProvider(self._role))
        chain.remove(InstanceMetadataProvider.METHOD)  # the first of that name: botocore's own
        self.session = boto3.session.Session(botocore_session=core)

    def end(self) -> datetime | None:
        """When what is signed from now on ends at the latest, None for credentials that stay."""
        found = self.session.get_credentials()
        if found is None:
            return None
        key = found.get_frozen_credentials().access_key or ""
        end: datetime | None = self._role.ends.get(key) or getattr(found, "_expiry_time", None)
        return end.astimezone(UTC) if end else None
