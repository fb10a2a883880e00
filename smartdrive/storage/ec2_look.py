"""How far the metadata of an instance goes: what only AWS itself can say of it."""

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from smartdrive.domain.checks import Check, may_not_look
from smartdrive.storage.credentials import Credentials
from smartdrive.storage.s3_calls import code

CHANGE = "aws ec2 modify-instance-metadata-options --instance-id {} --http-put-response-hop-limit 1"


def hops_check(instance: str, *, region: str) -> Check:
    """A container on the instance is a hop further: it must not be able to take the role."""
    config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})
    client = Credentials().session.client("ec2", region_name=region, config=config)
    try:
        found = client.describe_instances(InstanceIds=[instance])["Reservations"]
    except ClientError as error:
        if code(error) in {"UnauthorizedOperation", "AccessDenied"}:
            return may_not_look("hops", "ec2:DescribeInstances")
        return Check("hops", f"Cannot be examined: {code(error)}.", "Look at SMARTDRIVE_REGION.")
    except BotoCoreError as error:
        return Check("hops", f"Cannot be examined: {type(error).__name__}.", "Look at SMARTDRIVE_REGION.")
    hops = [
        each.get("MetadataOptions", {}).get("HttpPutResponseHopLimit", 1)
        for some in found
        for each in some["Instances"]
    ]
    if max(hops, default=1) <= 1:
        return Check("hops", "Metadata goes no further than this machine.")
    return Check("hops", f"Metadata goes {max(hops)} hops far: containers can take the role.", CHANGE.format(instance))
