"""Builds the services of one configuration: the only module that names an engine."""

from collections.abc import Iterator

from smartdrive.domain.checks import Check
from smartdrive.domain.clock import Clock, Ids, new_id, now
from smartdrive.domain.keychain import Keychain, keychain
from smartdrive.metrics import Metrics, shared_folder
from smartdrive.services.services import Engine, Services, assemble
from smartdrive.settings import Settings, ensure_folder


def build(settings: Settings, *, clock: Clock = now, ids: Ids = new_id) -> Services:
    """Open the engine of the settings and put the services on it."""
    keys = keychain(settings.secret.get_secret_value(), settings.secret_previous.get_secret_value())
    metrics = Metrics(shared_folder())
    engine = open_engine(settings, keys=keys, clock=clock, metrics=metrics)
    return assemble(settings, engine, keys=keys, clock=clock, ids=ids)


def open_engine(settings: Settings, *, keys: Keychain, clock: Clock, metrics: Metrics) -> Engine:
    """Open table and storage, watched over; raises Unavailable or StoreTooNew."""
    if settings.engine == "aws":
        return _aws(settings, metrics)
    return _embedded(settings, keys=keys, clock=clock, metrics=metrics)


def _embedded(settings: Settings, *, keys: Keychain, clock: Clock, metrics: Metrics) -> Engine:
    from smartdrive.storage.disk import Disk
    from smartdrive.storage.sqlite import SqliteTable
    from smartdrive.storage.watched import watched

    ensure_folder(settings.data)
    disk = Disk(
        settings.data,
        key=keys.current.derive("objects"),
        key_before=keys.previous.derive("objects") if keys.previous else None,
        base_url=settings.public_url,
        clock=clock,
        body_folder=settings.body_folder,
    )
    table = SqliteTable(settings.data / "drive.db", clock=clock, retried=metrics.retried("sqlite"))
    seen = watched(disk, "disk", metrics=metrics)
    return Engine(watched(table, "sqlite", metrics=metrics), seen, seen, metrics)


def _aws(settings: Settings, metrics: Metrics) -> Engine:
    """boto3 is imported here and not before: an embedded drive never loads it."""
    from smartdrive.storage.dynamodb import DynamoTable
    from smartdrive.storage.s3 import S3
    from smartdrive.storage.watched import watched

    table = DynamoTable(
        settings.table,
        region=settings.region,
        endpoint=settings.dynamodb_url or None,
        retried=metrics.retried("dynamodb"),
    )
    own = settings.s3_url or None
    objects = S3(
        settings.bucket,
        region=settings.region,
        endpoint=own,
        if_none_match=own is None,
        retried=metrics.retried("s3"),
    )
    seen = watched(objects, "s3", metrics=metrics)
    return Engine(watched(table, "dynamodb", metrics=metrics), seen, None, metrics)


def create_table(settings: Settings) -> list[str]:
    """Make the DynamoDB table; what is still wrong with it."""
    from smartdrive.storage import dynamodb_table

    endpoint = settings.dynamodb_url or None
    return dynamodb_table.create_table(settings.table, region=settings.region, endpoint=endpoint)


def create_bucket(settings: Settings) -> list[str]:
    """Make the S3 bucket; what a stand-in for S3 could not do."""
    from smartdrive.storage import s3_bucket

    return s3_bucket.create_bucket(
        settings.bucket,
        region=settings.region,
        endpoint=settings.s3_url or None,
        public_url=settings.public_url,
    )


def table_faults(settings: Settings) -> list[str]:
    """What is wrong with the layout of the table as the engine has it."""
    if settings.engine == "embedded":
        return []
    from smartdrive.storage import dynamodb_table

    faults = dynamodb_table.table_faults(settings.table, region=settings.region, endpoint=settings.dynamodb_url or None)
    return faults or ([] if settings.dynamodb_url else dynamodb_table.unguarded(settings.table, region=settings.region))


def is_on_aws(settings: Settings) -> bool:
    """Whether storage is S3 itself, and nothing that only talks like it."""
    return settings.engine == "aws" and not settings.s3_url


def bucket_checks(settings: Settings) -> Iterator[Check]:
    """How the bucket is kept; nothing is asked of what only talks like S3."""
    if is_on_aws(settings):
        from smartdrive.storage import s3_bucket_look

        yield from s3_bucket_look.bucket_checks(settings.bucket, region=settings.region, public_url=settings.public_url)


def hops_check(settings: Settings, instance: str) -> Check:
    """How far the metadata of an instance goes."""
    from smartdrive.storage import ec2_look

    return ec2_look.hops_check(instance, region=settings.region)
