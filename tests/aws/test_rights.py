"""The drive's instances may do what its adapters do, and nothing more; the doctor's reads are an operator's."""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

import boto3
import pytest
from botocore import xform_name
from botocore.session import get_session

from smartdrive.ports.objects import Delivery
from smartdrive.ports.table import Change, Check, Delete, Key, Present, Put
from smartdrive.storage.dynamodb import DynamoTable
from smartdrive.storage.dynamodb_table import create_table, table_faults
from smartdrive.storage.ec2_look import hops_check
from smartdrive.storage.s3 import S3
from smartdrive.storage.s3_bucket import create_bucket
from smartdrive.storage.s3_bucket_look import bucket_checks
from tests.aws import role
from tests.aws.template import ROOT, listed, stack
from tests.stand_in import moto

REGION = "eu-central-1"
MiB = 1024 * 1024


def needed(who: str) -> set[role.Right]:
    return set().union(*role.needs(who).values())


def test_the_role_grants_what_the_calls_need_and_nothing_more() -> None:
    assert role.role() == needed("drive")


def test_the_operators_policy_grants_the_doctors_reads_and_nothing_more() -> None:
    policy = stack().properties("DoctorPolicy")["PolicyDocument"]["Statement"]
    assert role.granted(policy) == needed("doctor")
    assert not needed("doctor") & needed("drive")


def every_verb_of_the_table() -> None:
    table = DynamoTable("drive", region=REGION, endpoint=None)
    here, there = Key("P#1", "a"), Key("P#1", "b")
    table.write(Put({"pk": "P#1", "sk": "a", "l1": "x"}))
    table.write(Change(here, add={"n": 1}))
    table.write(Put({"pk": "P#1", "sk": "b"}), Change(here, add={"n": 1}))
    table.write(Check(here, (Present(),)), Delete(there))
    table.write(Delete(there))
    assert table.get(here) == table.get_many([here])[0] == table.query("P#1").items[0] == next(table.walk())
    assert len(table.query("P#1", index="l1").items) == 1


def every_verb_of_the_objects() -> None:
    store = S3("drive", region=REGION, endpoint=None)
    store.ready()
    small = store.put("o1", BytesIO(b"small"), size=5)
    store.put("o2", BytesIO(bytes(9 * MiB)), size=9 * MiB)
    large = store.plan_put("o3", size=9 * MiB, part_size=5 * MiB)
    store.sign_parts(large, [1, 2], expires_in=60)
    store.list_parts(large)
    assert [stored.key for stored in store.keys("")] == ["o3", "o1", "o2"]
    store.abandon_put(large)
    for version in ("", small.version):
        assert b"".join(store.open("o1", version=version)) == b"small"
        store.sign_get("o1", Delivery("small", "text/plain"), version=version, expires_in=60)
    store.delete("o1")


def test_each_row_stands_for_a_call_that_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", "http://127.0.0.1:1")  # nobody: only that it is asked counts
    with moto():
        with role.heard() as made:
            assert create_table("drive", region=REGION, endpoint=None) == []
            assert create_bucket("drive", region=REGION, endpoint=None, public_url="https://drive.example") == []
        looked = {call for call in role.needs("doctor") if call.startswith("dynamodb.")}
        assert made == set(role.needs("making")) | looked
        with role.heard() as asked:
            assert table_faults("drive", region=REGION, endpoint=None) == []
            list(bucket_checks("drive", region=REGION, public_url="https://drive.example"))
            hops_check("i-0123456789abcdef0", region=REGION)
        assert asked == set(role.needs("doctor"))
        with role.heard() as done:
            every_verb_of_the_table()
            every_verb_of_the_objects()
        assert done == set(role.needs("drive"))


def named_in(path: Path) -> set[str]:
    """Operations of the clients that a module speaks of, by the names of the API."""
    words = set(re.findall(r"\b(?:_client|client|dynamodb)\.([a-z_]+)\b", path.read_text("utf-8")))
    words |= set(re.findall(r"(?:get_paginator|_presign)\(\s*\"([a-z_]+)\"", path.read_text("utf-8")))
    found = set()
    for service in ("dynamodb", "s3", "ec2"):
        found |= {f"{service}.{name}" for name in operations(service) if xform_name(name) in words}
    return found


@cache
def operations(service: str) -> list[str]:
    return [*get_session().get_service_model(service).operation_names]


def test_no_call_of_the_adapters_lacks_a_row() -> None:
    for path in sorted((ROOT / "smartdrive/storage").glob("*.py")):
        whose = ("drive",) if path.name in {"dynamodb.py", "s3.py"} else ("doctor", "making")
        rows = {call.split()[0] for who in whose for call in role.needs(who)}
        assert named_in(path) - rows == set(), path.name
    assert len(named_in(ROOT / "smartdrive/storage/s3.py")) > 10


def test_what_the_role_lacks_is_refused_to_the_contract_suites() -> None:
    with moto():
        client = boto3.client("s3", region_name=REGION)
        role.under_the_role(client)
        with pytest.raises(AssertionError, match="does not grant"):
            client.delete_bucket(Bucket="drive")


@pytest.mark.parametrize("variant", ["balanced", "single"])
def test_no_action_is_a_wildcard_and_few_resources_are(variant: str) -> None:
    made = stack(Variant=variant)
    policies = [each["PolicyDocument"] for each in made.properties("Role")["Policies"]]
    policies.append(made.properties("DoctorPolicy")["PolicyDocument"])
    statements = [each for policy in policies for each in policy["Statement"]]
    assert [each for each in statements if each["Effect"] != "Allow"] == []
    assert [action for each in statements for action in listed(each["Action"]) if "*" in action] == []
    everywhere = [each["Sid"] for each in statements if "*" in listed(each["Resource"])]
    assert everywhere == ["Sessions", "InstancesAsTheyStand"]
    assert "ManagedPolicyArns" not in made.properties("Role")
