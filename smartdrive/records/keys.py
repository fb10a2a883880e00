"""Every key of the table is built here and in `journal_keys.py`. `docs/architecture.md` explains each row."""

from datetime import datetime

from smartdrive.domain.clock import day, stamp
from smartdrive.domain.names import fold
from smartdrive.ports.table import Item, Key
from smartdrive.records.codec import text

DOOM_SHARDS = 8
FILE = "F#"
FOLDER = "D#"


def of(row: Item) -> Key:
    """The key that a row stands under."""
    return Key(text(row, "pk"), text(row, "sk"))


def user(user_id: str) -> Key:
    """The account."""
    return Key(f"U#{user_id}", "USER")


def room(user_id: str) -> Key:
    """The account's room: bytes `free` of `quota`; apart from the account, for it is written with every upload."""
    return Key(f"U#{user_id}", "ROOM")


def tree(user_id: str) -> Key:
    """The drive's tree version, counted up by every move, trash and restore of a folder."""
    return Key(f"U#{user_id}", "TREE")


def session(user_id: str, session_id: str) -> Key:
    """One sign-in; all of a person stand together."""
    return Key(f"U#{user_id}", f"SESSION#{session_id}")


SESSIONS = "SESSION#"


def access_token(user_id: str, token_id: str) -> Key:
    """A token for programs; it names its person, so that both are found in one round trip."""
    return Key(f"U#{user_id}", f"{ACCESS_TOKENS}{token_id}")


ACCESS_TOKENS = "TOKEN#"


def tokens_made(user_id: str) -> Key:
    """How many access tokens a person ever made; makes of two at once one after the other."""
    return Key(f"U#{user_id}", "TOKENS")


def email(folded: str) -> Key:
    """The claim that makes an address unique."""
    return Key(f"EMAIL#{folded}", "CLAIM")


def operator() -> Key:
    """Claimed by the first account of the drive."""
    return Key("DRIVE", "OPERATOR")


def schema() -> Key:
    """The store's schema number."""
    return Key("DRIVE", "SCHEMA")


USERS = "USERS"
"""Partition of index g1 in which all accounts stand, by address."""


def node(node_id: str) -> Key:
    """A file or folder."""
    return Key(f"N#{node_id}", "NODE")


def version(node_id: str, version_id: str) -> Key:
    """One state of a file's bytes; ids begin with their time, so they stand in order."""
    return Key(f"N#{node_id}", f"V#{version_id}")


VERSIONS = "V#"


def entries(folder_id: str) -> str:
    """Partition of the names in a folder."""
    return f"IN#{folder_id}"


def entry(folder_id: str, *, kind: str, name: str) -> Key:
    """A name in a folder; files and folders are two ranges, folders first."""
    return Key(entries(folder_id), (FOLDER if kind == "folder" else FILE) + fold(name))


def references(object_key: str) -> Key:
    """How many versions refer to an object's bytes, and its checksums."""
    return Key(f"O#{object_key}", "REFS")


def upload(upload_id: str) -> Key:
    """An upload under way, or done in the last days."""
    return Key(f"UP#{upload_id}", "UPLOAD")


def uploads_of(user_id: str) -> str:
    """Partition of index g2: open uploads of a person."""
    return f"UPLOADS#{user_id}"


def trash(user_id: str) -> str:
    """Partition of a person's trash."""
    return f"T#{user_id}"


def trashed(user_id: str, *, moment: datetime, node_id: str) -> Key:
    """One thing in the trash, in order of time."""
    return Key(trash(user_id), f"{stamp(moment)}#{node_id}")


def sweep_day(moment: datetime) -> str:
    """Partition of index g1: uploads to sweep that day unless they go on, and links that end."""
    return f"SWEEP#{day(moment)}"


def purge_day(moment: datetime) -> str:
    """Partition of index g1: trash that goes for good that day."""
    return f"PURGE#{day(moment)}"


def thin_day(moment: datetime) -> str:
    """Partition of index g1: old versions that may have to go that day."""
    return f"THIN#{day(moment)}"


def link(token_hash: str) -> Key:
    """A share by link, found by the hash of its token."""
    return Key(f"S#{token_hash}", "SHARE")


def link_of(user_id: str, link_id: str) -> Key:
    """The owner's row of a link, found by its id."""
    return Key(f"LINKS#{user_id}", link_id)


def links(user_id: str) -> str:
    """Partition of a person's links; ids begin with their time."""
    return f"LINKS#{user_id}"


def links_to(node_id: str) -> str:
    """Partition of index g2: the links to a node."""
    return f"LINKED#{node_id}"


def stars(user_id: str) -> str:
    """Partition of what a person has starred; in index l1 by time."""
    return f"{STARS}{user_id}"


def star(user_id: str, node_id: str) -> Key:
    """The star of one thing."""
    return Key(stars(user_id), node_id)


STARS = "STARS#"
WORDS = "W#"


def recent(user_id: str) -> str:
    """Partition of index g2: versions of a person's files, in the order in which they came."""
    return f"RECENT#{user_id}"


def zip_ticket(token_hash: str) -> Key:
    """A ticket that fetches a zip, found by the hash of its token."""
    return Key(f"Z#{token_hash}", "ZIP")


def due(shard: int) -> str:
    """Partition of work the worker owes: checksums to compute, subtrees to purge."""
    return f"DUE#{shard}"


def job(job_id: str) -> Key:
    """Work that outlasts its request, and how far it is."""
    return Key(f"J#{job_id}", "JOB")


def job_step(job_id: str, *, top: str, source: str) -> Key:
    """A folder that the job has still to fill; it may lie below two things that were asked for."""
    return Key(f"J#{job_id}", f"{JOB_STEPS}{top}#{source}")


def job_result(job_id: str, item_id: str) -> Key:
    """What became of one thing that was asked for."""
    return Key(f"J#{job_id}", f"{JOB_RESULTS}{item_id}")


JOB_STEPS = "STEP#"
JOB_RESULTS = "RESULT#"
DUE_JOBS = "DUE#jobs"
"""Partition of the jobs that the worker goes on with; one read finds it empty."""


def due_job(job_id: str) -> Key:
    """A job that is not over."""
    return Key(DUE_JOBS, job_id)


DUE_CHECKSUMS = "SUMS#"
DUE_PURGE = "PURGE#"
DUE_EMPTY = "EMPTY#"
DUE_ACCOUNT = "USER#"


def due_checksums(object_key: str) -> Key:
    """An object whose checksums are not computed yet."""
    return Key(due(shard_of(object_key)), f"{DUE_CHECKSUMS}{object_key}")


def due_purge(node_id: str) -> Key:
    """A node marked `purging`, to be taken down."""
    return Key(due(shard_of(node_id)), f"{DUE_PURGE}{node_id}")


def due_empty(user_id: str) -> Key:
    """A trash that was emptied."""
    return Key(due(shard_of(user_id)), f"{DUE_EMPTY}{user_id}")


def due_account(user_id: str) -> Key:
    """An account being deleted."""
    return Key(due(shard_of(user_id)), f"{DUE_ACCOUNT}{user_id}")


def doom(shard: int) -> str:
    """Partition of bytes nobody refers to any more."""
    return f"DOOM#{shard}"


def doomed(object_key: str) -> Key:
    """Bytes to delete; the row goes after the bytes."""
    return Key(doom(shard_of(object_key)), object_key)


def words(user_id: str) -> str:
    """Partition of the words of all names of a person's drive."""
    return f"{WORDS}{user_id}"


def word(user_id: str, word_text: str, *, name: str, node_id: str) -> Key:
    """A word of a name, in order of the names; no word has a "#", nor has an id."""
    return Key(words(user_id), f"{word_text}#{fold(name)[:NAME_IN_WORD]}#{node_id}")


NAME_IN_WORD = 100
"""Letters of a name that order its word; the whole would not fit into every key."""


def lock(job: str) -> Key:
    """Held by the one process that does a job now."""
    return Key(f"LOCK#{job}", "LOCK")


def reached(job: str) -> Key:
    """How far a job that goes by days has come."""
    return Key("DRIVE", f"REACHED#{job}")


def checked() -> Key:
    """What the last look found at whether the drive is sound."""
    return Key("DRIVE", "CHECKED")


def limit(name: str) -> Key:
    """One counter of a rate limit's window."""
    return Key(f"LIMIT#{name}", "COUNT")


def shard_of(name: str) -> int:
    """Spread over the shards by the name's last characters, which are random."""
    return sum(name.encode()[-4:]) % DOOM_SHARDS
