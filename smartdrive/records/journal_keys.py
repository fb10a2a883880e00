"""The keys of what was done and of its seals."""

from smartdrive.ports.table import Key

JOURNAL = "A#"


def journal(owner_id: str) -> str:
    """Partition of what was done to a person's things; ids of events begin with their time."""
    return f"{JOURNAL}{owner_id}"


def event(owner_id: str, event_id: str) -> Key:
    """One act on one thing."""
    return Key(journal(owner_id), event_id)


def seals(owner_id: str) -> str:
    """Partition of the sealed segments of a person's journal."""
    return f"SEALS#{owner_id}"


def seal(owner_id: str, last: str) -> Key:
    """A segment, found by the last event in it."""
    return Key(seals(owner_id), last)


def purged_seals(owner_id: str) -> str:
    """Partition of the segments whose events are gone; what they were is still vouched for."""
    return f"PURGED#{owner_id}"


def purged_seal(owner_id: str, last: str) -> Key:
    """A segment whose events are gone."""
    return Key(purged_seals(owner_id), last)


def heads(owner_id: str) -> str:
    """Partition of the head of a person's segments."""
    return f"HEAD#{owner_id}"


def head(owner_id: str) -> Key:
    """Where a person's segments end."""
    return Key(heads(owner_id), "HEAD")
