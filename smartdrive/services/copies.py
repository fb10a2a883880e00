"""What the copy of a file or folder is: another thing of the same bytes."""

import base64
import hashlib
from dataclasses import replace
from datetime import datetime

from smartdrive.domain.models import Node
from smartdrive.records import versions


def copy_of(original: Node, *, seed: str, parent: str, name: str, moment: datetime) -> Node:
    """The copy of a thing; with the same `seed` it has the same ids, so that whoever makes it twice meets it."""
    made = _derived(seed, original.id)
    version = versions.version_id(moment, _derived(seed, original.version)) if original.kind == "file" else ""
    return replace(
        original,
        id=made,
        parent=parent,
        name=name,
        created=moment,
        version=version,
        state="live",
        links=0,
        starred=False,
        trashed=None,
    )


def _derived(seed: str, name: str) -> str:
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:26]
