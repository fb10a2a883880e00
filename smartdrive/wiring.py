"""Builds the services of one configuration: the only module that names an engine."""

from smartdrive.domain.clock import Clock, Ids, new_id, now
from smartdrive.domain.keychain import Keychain, keychain
from smartdrive.services.services import Engine, Services, assemble
from smartdrive.settings import Settings, ensure_folder


def build(settings: Settings, *, clock: Clock = now, ids: Ids = new_id) -> Services:
    """Open the engine of the settings and put the services on it."""
    keys = keychain(settings.secret.get_secret_value(), settings.secret_previous.get_secret_value())
    engine = open_engine(settings, keys=keys, clock=clock)
    return assemble(settings, engine, keys=keys, clock=clock, ids=ids)


def open_engine(settings: Settings, *, keys: Keychain, clock: Clock) -> Engine:
    """Open table and storage; raises Unavailable or StoreTooNew."""
    return _aws(settings) if settings.engine == "aws" else _embedded(settings, keys=keys, clock=clock)


def _embedded(settings: Settings, *, keys: Keychain, clock: Clock) -> Engine:
    from smartdrive.storage.disk import Disk
    from smartdrive.storage.sqlite import SqliteTable

    ensure_folder(settings.data)
    disk = Disk(
        settings.data,
        key=keys.current.derive("objects"),
        key_before=keys.previous.derive("objects") if keys.previous else None,
        base_url=settings.public_url,
        clock=clock,
        body_folder=settings.body_folder,
    )
    return Engine(SqliteTable(settings.data / "drive.db", clock=clock), disk, disk)


def _aws(settings: Settings) -> Engine:
    """boto3 is imported here and not before: an embedded drive never loads it."""
    from smartdrive.storage.dynamodb import DynamoTable
    from smartdrive.storage.s3 import S3

    table = DynamoTable(settings.table, region=settings.region, endpoint=settings.dynamodb_url or None)
    own = settings.s3_url or None
    objects = S3(settings.bucket, region=settings.region, endpoint=own, if_none_match=own is None)
    return Engine(table, objects, None)


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

    endpoint = settings.dynamodb_url or None
    return dynamodb_table.table_faults(settings.table, region=settings.region, endpoint=endpoint)
