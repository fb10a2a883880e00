"""What the template promises, read from the template itself: an emulator's CREATE_COMPLETE would prove little."""

import re
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from smartdrive.storage.dynamodb_table import create_table
from smartdrive.storage.s3_bucket import create_bucket
from tests.aws.template import GIVEN, PATH, ROOT, Stack, first_boot, refusals, stack, template
from tests.stand_in import moto

REGION = "eu-central-1"
VARIANTS = ("balanced", "single")
DATA = ("Bucket", "Table", "Secret")
KEPT = {"ExistingBucket": "old-bucket", "ExistingTable": "old-table", "ExistingSecret": "arn:old-secret"}


@pytest.fixture(params=VARIANTS)
def made(request: pytest.FixtureRequest) -> Stack:
    return stack(Variant=request.param)


def test_it_can_be_sent_whole() -> None:
    assert len(PATH.read_bytes()) <= 51_200


# Data


def test_the_bucket_is_what_the_drive_itself_would_make() -> None:
    """Private, encrypted, versioned, open to our pages only, without a rule on versions: read back from moto."""
    bucket = stack().one("S3::Bucket")
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    with moto():
        assert create_bucket("drive", region=REGION, endpoint=None, public_url="https://drive.example.org") == []
        s3 = boto3.client("s3", region_name=REGION)
        closed = s3.get_public_access_block(Bucket="drive")["PublicAccessBlockConfiguration"]
        (cors,) = s3.get_bucket_cors(Bucket="drive")["CORSRules"]
        (lifecycle,) = s3.get_bucket_lifecycle_configuration(Bucket="drive")["Rules"]
        (secrecy,) = s3.get_bucket_encryption(Bucket="drive")["ServerSideEncryptionConfiguration"]["Rules"]
    assert bucket["PublicAccessBlockConfiguration"] == closed
    assert set(closed.values()) == {True}
    assert bucket["VersioningConfiguration"]["Status"] == "Enabled"
    (ours,) = bucket["CorsConfiguration"]["CorsRules"]
    assert {"MaxAge": cors.pop("MaxAgeSeconds"), **cors} == ours
    assert lifecycle["AbortIncompleteMultipartUpload"] == rule["AbortIncompleteMultipartUpload"]
    assert rule.keys() == {"Id", "Status", "AbortIncompleteMultipartUpload"}
    (ours,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert secrecy["ApplyServerSideEncryptionByDefault"] == ours["ServerSideEncryptionByDefault"]
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


@pytest.mark.parametrize("name", ["Bucket", "old-bucket"])
def test_the_bucket_is_reached_by_tls_only(name: str) -> None:
    policy = stack(**(KEPT if name == "old-bucket" else {})).one("S3::BucketPolicy")
    assert policy["Bucket"] == name
    conditions = []
    for statement in policy["PolicyDocument"]["Statement"]:
        assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
        assert statement["Resource"] == [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
        conditions.append(statement["Condition"])
    assert conditions == [{"Bool": {"aws:SecureTransport": "false"}}, {"NumericLessThan": {"s3:TlsVersion": "1.2"}}]


def test_the_table_is_what_the_drive_itself_would_make() -> None:
    table = stack().one("DynamoDB::Table")
    with moto():
        create_table("drive", region=REGION, endpoint=None)
        dynamodb = boto3.client("dynamodb", region_name=REGION)
        theirs = dynamodb.describe_table(TableName="drive")["Table"]
        sweep = dynamodb.describe_time_to_live(TableName="drive")["TimeToLiveDescription"]
    for part in ("KeySchema", "AttributeDefinitions"):
        assert table[part] == theirs[part]
    for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        assert [shape(index) for index in table[kind]] == [shape(index) for index in theirs[kind]]
    assert table["BillingMode"] == theirs["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": sweep["AttributeName"], "Enabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] is True


def shape(index: Any) -> Any:
    return {part: index[part] for part in ("IndexName", "KeySchema", "Projection")}


def test_data_outlives_the_stack(made: Stack) -> None:
    for name in DATA:
        assert made.resources[name]["DeletionPolicy"] == "RetainExceptOnCreate"
        assert made.resources[name]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("variant", VARIANTS)
def test_data_of_an_earlier_drive_is_gone_on_with(variant: str) -> None:
    made = stack(Variant=variant, **KEPT)
    assert not made.resources.keys() & set(DATA)
    assert [made.outputs[name] for name in ("BucketName", "TableName", "SecretArn")] == [*KEPT.values()]
    drive, instance = (each["PolicyDocument"]["Statement"] for each in made.properties("Role")["Policies"])
    assert {each["Sid"]: each["Resource"] for each in (*drive, *instance[:1])} == {
        "Table": "arn:aws:dynamodb:eu-central-1:123456789012:table/old-table",
        "Indexes": "arn:aws:dynamodb:eu-central-1:123456789012:table/old-table/index/*",
        "Bucket": "arn:aws:s3:::old-bucket",
        "Objects": "arn:aws:s3:::old-bucket/*",
        "Secret": "arn:old-secret",
    }
    assert "\nSMARTDRIVE_BUCKET=old-bucket\n" in first_boot(made)


def test_a_secret_is_named_by_what_rights_can_be_given_to() -> None:
    pattern = template()["Parameters"]["ExistingSecret"]["AllowedPattern"]
    taken = ["", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:drive-AbCdEf"]
    assert [each for each in (*taken, "drive", "arn: drive") if re.fullmatch(pattern, each)] == taken


# Doors


def test_nobody_comes_but_by_http_and_https(made: Stack) -> None:
    ports = {name: rules(group) for name, group in groups(made)}
    world = {(80, "0.0.0.0/0"), (443, "0.0.0.0/0")}
    balanced = {"BalancerGroup": world, "InstanceGroup": {(80, "BalancerGroup.GroupId")}}
    assert ports == (balanced if "Balancer" in made.resources else {"SingleGroup": world})
    data = made.one("EC2::LaunchTemplate")["LaunchTemplateData"]
    assert "KeyName" not in data
    assert "NetworkInterfaces" not in data
    if "Balancer" in made.resources:
        assert data["SecurityGroupIds"] == ["InstanceGroup.GroupId"]
    else:
        (door,) = made.properties("Instance")["NetworkInterfaces"]
        assert door["GroupSet"] == ["SingleGroup.GroupId"]
        assert "SecurityGroupIds" not in data, "AWS takes groups here or there"


def test_the_balancer_reaches_the_instances_whatever_their_addresses() -> None:
    made = stack(VpcId="vpc-1", VpcCidr="10.9.0.0/16", BalancerSubnets=["s-1", "s-2"], InstanceSubnets=["s-3"])
    (nothing,) = made.properties("BalancerGroup")["SecurityGroupEgress"]
    assert nothing["CidrIp"] == "127.0.0.1/32"
    way = made.properties("BalancerToInstances")
    assert (way["GroupId"], way["DestinationSecurityGroupId"]) == ("BalancerGroup.GroupId", "InstanceGroup.GroupId")
    assert (way["IpProtocol"], way["FromPort"], way["ToPort"]) == ("tcp", 80, 80)


def test_a_given_network_has_to_be_said_whole() -> None:
    given = {"VpcId": "vpc-1", "VpcCidr": "10.9.0.0/16", "BalancerSubnets": ["s-1", "s-2"], "InstanceSubnets": ["s-3"]}
    assert refusals() == refusals(**given) == []
    for forgotten in ("VpcCidr", "BalancerSubnets", "InstanceSubnets"):
        (sentence,) = refusals(**(given | {forgotten: ""}))
        assert f"({forgotten})" in sentence
    assert refusals(Variant="single", VpcId="vpc-1", InstanceSubnets=["s-3"]) == []
    assert '--behind "10.9.0.0/16"' in first_boot(stack(**given))
    assert '--behind "10.20.0.0/16"' in first_boot(stack())
    assert stack().one("EC2::VPC")["CidrBlock"] == "10.20.0.0/16"


def test_a_single_instance_has_a_way_out_before_the_drives_address_is_its() -> None:
    """It boots beside the one before, which has that address; its subnet may give none by itself."""
    (door,) = stack(Variant="single").properties("Instance")["NetworkInterfaces"]
    assert door["AssociatePublicIpAddress"] is True


def groups(made: Stack) -> Iterator[tuple[str, Any]]:
    for name, each in made.resources.items():
        assert each["Type"] != "AWS::EC2::SecurityGroupIngress"
        if each["Type"] == "AWS::EC2::SecurityGroup":
            yield name, each["Properties"]


def rules(group: Any) -> set[tuple[int, str]]:
    for rule in group["SecurityGroupIngress"]:
        assert rule["IpProtocol"] == "tcp"
        assert rule["FromPort"] == rule["ToPort"]
    return {
        (rule["FromPort"], rule.get("CidrIp") or rule["SourceSecurityGroupId"])
        for rule in group["SecurityGroupIngress"]
    }


def test_the_balancer_speaks_tls_and_asks_who_is_alive() -> None:
    made = stack()
    https, http = made.properties("Https"), made.properties("Http")
    assert (https["Port"], https["Protocol"], https["SslPolicy"]) == (
        443,
        "HTTPS",
        "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    )
    assert http["DefaultActions"][0]["RedirectConfig"] == {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    assert made.one("ElasticLoadBalancingV2::TargetGroup")["HealthCheckPath"] == "/status"
    group = made.one("AutoScaling::AutoScalingGroup")
    assert group["VPCZoneIdentifier"] == ["SubnetA", "SubnetB"]
    assert len({subnet["AvailabilityZone"] for subnet in made.of("EC2::Subnet")}) == 2
    assert group["HealthCheckType"] == "ELB"


def test_a_certificate_is_made_in_the_zone_or_given() -> None:
    made = stack()
    assert made.properties("Certificate")["DomainValidationOptions"][0]["HostedZoneId"] == GIVEN["HostedZoneId"]
    given = stack(CertificateArn="arn:certificate", HostedZoneId="")
    assert "Certificate" not in given.resources
    assert "NameOfBalancer" not in given.resources
    assert given.properties("Https")["Certificates"] == [{"CertificateArn": "arn:certificate"}]


def test_a_given_network_is_used() -> None:
    given = {"VpcId": "vpc-1", "BalancerSubnets": ["s-1", "s-2"], "InstanceSubnets": ["s-3", "s-4"]}
    made = stack(**given)
    assert not [each for each in made.resources.values() if each["Type"] in {"AWS::EC2::VPC", "AWS::EC2::Subnet"}]
    assert made.properties("Balancer")["Subnets"] == ["s-1", "s-2"]
    assert made.properties("Instances")["VPCZoneIdentifier"] == ["s-3", "s-4"]
    assert {group["VpcId"] for _, group in groups(made)} == {"vpc-1"}
    (door,) = stack(Variant="single", **given).properties("Instance")["NetworkInterfaces"]
    assert door["SubnetId"] == "s-3"


def test_nothing_starts_before_there_is_a_way_out(made: Stack) -> None:
    assert "way out: RouteOut RoutesOfA RoutesOfB\n" in first_boot(made)
    assert made.resources["RouteOut"]["DependsOn"] == "InternetOfNetwork"
    if "Balancer" in made.resources:
        assert made.resources["Balancer"]["DependsOn"] == "Machine"


# Machines


def test_an_update_is_told_when_a_new_instance_answers_and_goes_back_when_it_does_not() -> None:
    for variant, name in (("balanced", "Instances"), ("single", "Instance")):
        made = stack(Variant=variant)
        assert made.resources[name]["CreationPolicy"]["ResourceSignal"]["Timeout"] == "PT20M"
        assert f'LogicalResourceId="{name}"' in first_boot(made)
    assert stack().resources["Instances"]["UpdatePolicy"]["AutoScalingRollingUpdate"]["WaitOnResourceSignals"] is True


def test_another_generation_is_another_machine(made: Stack) -> None:
    variant = "balanced" if "Balancer" in made.resources else "single"
    assert first_boot(stack(Variant=variant, Generation="2")) != first_boot(made)


def test_instances_ask_for_a_token_before_they_tell_credentials(made: Stack) -> None:
    data = made.one("EC2::LaunchTemplate")["LaunchTemplateData"]
    assert data["MetadataOptions"] == {
        "HttpEndpoint": "enabled",
        "HttpTokens": "required",
        "HttpPutResponseHopLimit": 1,
    }
    assert [device["Ebs"]["Encrypted"] for device in data["BlockDeviceMappings"]] == [True]
    users = [each["Properties"] for name, each in made.resources.items() if name in {"Instance", "Instances"}]
    assert [user["LaunchTemplate"]["LaunchTemplateId"] for user in users] == ["Machine"]


def test_only_a_single_instance_proves_its_own_name() -> None:
    balanced, single = (stack(Variant=variant) for variant in VARIANTS)
    assert balanced.outputs["Target"] == "Balancer.DNSName"
    assert single.outputs["Target"] == "Address"
    assert single.one("Route53::RecordSet")["ResourceRecords"] == ["Address"]
    for gone in ("ElasticLoadBalancingV2::LoadBalancer", "AutoScaling::AutoScalingGroup", "EC2::SecurityGroup"):
        expected = 1 if gone == "EC2::SecurityGroup" else 0
        assert sum(each["Type"] == f"AWS::{gone}" for each in single.resources.values()) == expected


def test_every_alarm_tells_somebody_what_to_look_at(made: Stack) -> None:
    alarms = made.of("CloudWatch::Alarm")
    assert len(alarms) >= 4
    assert [alarm["AlarmActions"] for alarm in alarms] == [["Alarms"]] * len(alarms)
    assert [alarm["AlarmDescription"] for alarm in alarms if ": " not in alarm["AlarmDescription"]] == []
    assert made.one("SNS::Subscription")["Endpoint"] == GIVEN["OperatorEmail"]
    assert {log["RetentionInDays"] for log in made.of("Logs::LogGroup")} == {30}


def test_what_goes_wrong_rings(made: Stack) -> None:
    rings = {alarm["MetricName"] for alarm in made.of("CloudWatch::Alarm")}
    own = {"Errors", "EngineFailures", "WorkFailures", "NotSound"}
    table = {"ReadThrottleEvents", "WriteThrottleEvents"}
    balancer = {"UnHealthyHostCount", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count", "TargetResponseTime"}
    assert rings == own | table | ({"StatusCheckFailed"} if made.outputs["Target"] == "Address" else balancer)
    filtered = {each["MetricName"] for some in made.of("Logs::MetricFilter") for each in some["MetricTransformations"]}
    assert filtered == own


def test_the_filters_look_for_words_that_the_program_logs(made: Stack) -> None:
    patterns = " ".join(each["FilterPattern"] for each in made.of("Logs::MetricFilter"))
    events = re.findall(r'\$\.event = "([^"]+)"', patterns)
    program = "".join(path.read_text("utf-8") for path in (ROOT / "smartdrive").rglob("*.py"))
    assert len(events) == 4
    assert [event for event in events if not re.search(rf'log\.\w+\("{event}"', program)] == []


def test_each_parameter_says_what_it_is() -> None:
    assert [name for name, each in template()["Parameters"].items() if not each.get("Description")] == []


def test_nginx_keeps_a_connection_longer_than_the_balancer_does() -> None:
    """Who closes first must be the one who asks: else a request on its way meets a closed connection, and is 502."""
    attributes = stack().one("ElasticLoadBalancingV2::LoadBalancer")["LoadBalancerAttributes"]
    (idle,) = (int(each["Value"]) for each in attributes if each["Key"] == "idle_timeout.timeout_seconds")
    (kept,) = re.findall(r"(?m)^keepalive_timeout (\d+)s;", (ROOT / "deploy/nginx/listen-http.conf").read_text("utf-8"))
    assert idle < int(kept)
