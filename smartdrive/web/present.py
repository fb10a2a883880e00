"""How things look in JSON: one shape an item everywhere, times ISO 8601 UTC, sizes in bytes."""

from collections.abc import Sequence
from datetime import datetime

from smartdrive.domain.clock import stamp
from smartdrive.domain.models import AccessToken, Checksums, Level, Node, Session, Trashed, Upload, Usage, User, Version
from smartdrive.domain.search import marked
from smartdrive.records.nodes import Entry
from smartdrive.services.search import Found
from smartdrive.services.shares import Shown
from smartdrive.services.tree import Place
from smartdrive.web.shapes import Account, Answer, Item, PlacedItem, Room, Share, SignIn, Step, Token, TrashedItem
from smartdrive.web.shapes import Version as ShownVersion
from smartdrive.web.upload_shapes import ListedUpload, OpenUpload


def moment(value: datetime | str) -> str:
    """Milliseconds are enough at the edges."""
    text = value if isinstance(value, str) else stamp(value)
    return text[:23] + "Z"


def node(item: Node, sums: Checksums | None = None) -> Item:
    """A file or folder that was loaded."""
    found = entry(item, item.owner, starred=item.starred)
    if sums and sums.sha256:
        found["sha256"], found["crc32"] = sums.sha256, sums.crc32
    return found


def entry(item: Entry | Node, owner: str = "", *, starred: bool = False) -> Item:
    """A row of a listing."""
    return {
        "id": item.id,
        "kind": item.kind,
        "name": item.name,
        "parent": item.parent or None,
        "size": item.size,
        "type": item.type,
        "created": moment(item.created),
        "modified": moment(item.modified),
        "owner": owner,
        "permission": "edit",
        "starred": starred,
        "shared": item.links > 0,
        "preview_ready": False,
        "version": item.version,
    }


def placed(item: Place) -> PlacedItem:
    """A row of a list from all over the drive, with the way to it."""
    return {**node(item.node), "path": [step(each) for each in item.way]}


def step(item: Level | Node) -> Step:
    """A folder of the way from the top."""
    return {"id": item.id, "name": item.name}


def version(item: Version, *, of: Node, sha256: str) -> ShownVersion:
    """One state of a file that was loaded."""
    shown: ShownVersion = {
        "id": item.id,
        "size": item.size,
        "type": item.type,
        "created": moment(item.created),
        "by": item.by,
        "name": item.name,
        "current": item.id == of.version,
    }
    return {**shown, "sha256": sha256} if sha256 else shown


def found(each: Found, asked: Sequence[str]) -> Answer:
    """Something that answers a question."""
    path = [step(level) for level in each.trail[:-1]]
    return {**node(each.node), "path": path, "matches": matches(each.node.name, asked)}


def matches(name: str, asked: Sequence[str]) -> list[tuple[int, int]]:
    """Where in a name the words of a question stand."""
    places, at = [], 0
    for piece, is_match in marked(name, asked):
        if is_match:
            places.append((at, at + len(piece)))
        at += len(piece)
    return places


def trashed(item: Trashed) -> TrashedItem:
    """A line of the trash."""
    return {
        "id": item.node,
        "kind": item.kind,
        "name": item.name,
        "size": item.size,
        "type": item.type,
        "parent": item.parent,
        "deleted": moment(item.deleted),
        "purged_on": moment(item.purged_on),
    }


def upload(item: Upload) -> OpenUpload:
    """An open upload."""
    return {
        "id": item.id,
        "name": item.name,
        "size": item.size,
        "parent": item.parent,
        "part_size": item.part_size,
        "fingerprint": item.fingerprint,
        "created": moment(item.created),
    }


def listed_upload(item: Upload) -> ListedUpload:
    """An open upload among others, with its last sign of life."""
    return {**upload(item), "touched": moment(item.touched)}


def usage(item: Usage) -> Room:
    """Room in bytes."""
    return {"used": item.used, "quota": item.quota}


def account(person: User) -> Account:
    """An account as its owner sees it."""
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "role": person.role,
        "timezone": person.timezone,
        "theme": person.theme,
        "root": person.root,
        "created": moment(person.created),
    }


def session(item: Session, *, current: Session) -> SignIn:
    """A session as its person sees it."""
    return {
        "id": item.id,
        "device": item.agent,
        "address": item.address,
        "created": moment(item.created),
        "seen": moment(item.seen),
        "expires": moment(item.expires),
        "current": item.id == current.id,
    }


def token(item: AccessToken) -> Token:
    """An access token without its secret."""
    return {
        "id": item.id,
        "name": item.name,
        "scope": item.scope,
        "created": moment(item.created),
        "expires_at": moment(item.expires) if item.expires else None,
        "last_used": moment(item.used) if item.used else None,
    }


def share(shown: Shown) -> Share:
    """A link as its owner sees it."""
    link = shown.link
    return {
        "id": link.id,
        "kind": "link",
        "permission": "view",
        "item": link.node,
        "name": shown.node.name if shown.node else None,
        "url": shown.url or None,
        "created": moment(link.created),
        "expires_at": moment(link.expires),
        "downloads": link.downloads,
        "last_download": moment(link.last_download) if link.last_download else None,
    }
