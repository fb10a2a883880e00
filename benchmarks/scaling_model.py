"""What the tables of docs/scaling.md are computed from: prices, a person's day, and what each thing bears."""

from dataclasses import dataclass

SIZES = (1_000, 100_000, 10_000_000)
"""People with an account."""
DAYS, HOURS = 30.4, 730
"""Of a month."""
PEAK = 4.0
"""The busiest minutes of a day beside its average."""
GB, MB = 1e9, 1e6

# --- Prices in dollars: AWS list prices for us-east-1, on demand, as known in November 2025; look them up to decide ---
WRITE_UNITS, READ_UNITS = 0.625 / 1e6, 0.125 / 1e6
ROWS_GB, ROWS_BACKUP_GB = 0.25, 0.20
"""A month; the backup is point-in-time recovery."""
PUT, GET = 0.005 / 1e3, 0.0004 / 1e3
BALANCER_HOUR, BALANCER_UNIT_HOUR = 0.0225, 0.008
BALANCER_UNIT_GB = 1.0
"""What a unit of load takes in an hour."""
LOGS_GB = 0.50
STORED = ((50e3, 0.023), (450e3, 0.022), (float("inf"), 0.021))
"""GB of each step, and what one of them costs a month."""
LEAVING = ((100, 0.0), (10e3, 0.09), (40e3, 0.085), (100e3, 0.07), (float("inf"), 0.05))
"""GB a month from the bucket to browsers."""


@dataclass(frozen=True)
class Machine:
    """`bears` requests a second of the mixed day: less than half of what two cores did with the embedded engine
    (docs/scaling.md), for calls to DynamoDB cost a processor, too."""

    name: str
    hour: float
    bears: float


SMALL = Machine("t4g.small", 0.0168, 12)
"""It keeps up a fifth of its two cores for ever."""
LARGE = Machine("c7g.large", 0.0725, 60)
SMALL_FREE = 1 * GB
"""Memory that it has left for fsck."""
SMALL_UP_TO = 30.0
"""Requests a second at the peak that two small ones bear, with what they saved up in quiet hours."""

# --- A person's day: how often each act of docs/aws-costs.md happens, of all people with an account ---
DAY: dict[str, float] = {
    "log in": 0.3,
    "list 200 by name": 15,
    "list 5 recent files": 1,
    "search that finds three files": 2,
    "usage": 1,
    "download": 5,
    "begin a small file": 3,
    "complete it": 3,
    "begin a file in parts": 0.5,
    "sign three parts": 0.5,
    "complete it, three parts": 0.5,
    "worker: checksums of a file over 256 KB": 1.5,
    "make a folder": 0.2,
    "rename a file": 0.2,
    "move a file": 0.5,
    "put a file in the trash": 1,
    "worker: take down a file": 1,
    "make a link": 0.1,
    "open a link's page": 0.3,
    "download by a link": 0.3,
}
SMALL_BYTES, LARGE_BYTES, FETCHED_BYTES = 1 * MB, 48 * MB, 4 * MB
"""Of a file in one part, of one in parts, of a download."""
PARTS = 3
HELD_BYTES = 5 * GB
HELD_FILES = 2_000
ROW_BYTES = 4_000
"""Of a file's rows, with its words, its events and the copies in the indexes."""
LOOKS = 86_400 / 5
"""A day, of each instance's worker for work."""
FSCK_DAYS = 7
FSCK_READS, FSCK_BYTES = 7.5, 400
"""Of a file: seven rows that must be there and half a unit for its own, and memory from there to the end. Metered with
50 files in one folder it was 6.8, for the same row asked for twice in a hundred is read once."""
ANSWER_BYTES, LINE_BYTES, LINES = 10_000, 400, 2
"""Of an answer of the application; of a line in a log, and how many a request writes."""

# --- What each thing bears ---
PARTITION_WRITES, PARTITION_READS = 1_000, 3_000
"""Units a second of one partition of DynamoDB, which a table with local indexes cannot divide further."""
COLLECTION = 10 * GB
"""Bytes of all rows with one key, with their copies in local indexes."""
PREFIX_PUTS, PREFIX_GETS = 3_500, 5_500
"""Requests a second below one beginning of S3's keys, before it divides it."""
SHARDS = 8
ROUND_TRIP = 0.005
"""Seconds of one call to DynamoDB or S3 within a region."""
READ_SPEED = 90 * MB
"""Bytes a second of one object read from S3 as one stream."""
