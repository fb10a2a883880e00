"""Shares by link: an address of ours that its owner can end, change and copy again; each click signs anew."""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.errors import BadInput, Forbidden, NotFound
from smartdrive.domain.keychain import Keychain, Keys, digest
from smartdrive.domain.models import Level, Link, Node, Page, User
from smartdrive.domain.types import inline_allowed
from smartdrive.domain.words import _
from smartdrive.ports.table import Refused, Table
from smartdrive.records import nodes, users, versions
from smartdrive.records import shares as records
from smartdrive.services.files import Files
from smartdrive.services.folders import Folders, Listing
from smartdrive.services.journal import Journal
from smartdrive.services.pages import known_cursor
from smartdrive.services.retry import Again, until_settled
from smartdrive.services.tree import Place, Tree

SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=366)
USUAL = timedelta(days=7)
SLACK = timedelta(seconds=1)
"""What passes between the reckoning of an end and the look at it."""
TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class Shown:
    """A link as its owner sees it. `url` is "" when the secret that made it is no longer accepted."""

    link: Link
    url: str
    node: Node | None


@dataclass(frozen=True, slots=True)
class Opened:
    """What a visitor of a link gets to see: the shared thing, and where in it they are."""

    link: Link
    shared: Level
    place: Place
    owner: User

    @property
    def sender(self) -> str:
        """Who shared it, in words."""
        return self.owner.name or self.owner.email


@dataclass(frozen=True, slots=True)
class Shares:
    """Use cases of links."""

    table: Table
    tree: Tree
    folders: Folders
    files: Files
    keys: Keychain
    public_url: str
    clock: Clock
    ids: Ids
    journal: Journal

    def create(self, user: User, node_id: str, *, expires: datetime | None = None) -> Shown:
        """Make a link to a thing of mine; without an end it lasts a week. BadInput for under an hour or over a year."""
        moment = self.clock()
        end = self._end(expires or moment + USUAL, moment)
        return until_settled(lambda: self._create(user, node_id, moment=moment, expires=end))

    def change(self, user: User, link_id: str, *, expires: datetime) -> Shown:
        """Let a link of mine end at another time."""
        link = self._mine(user, link_id)
        end, node = self._end(expires, self.clock()), nodes.read_node(self.table, link.node)
        told = [self.journal.tell("change_share", node, by=user, label=link.id)] if node else []
        try:
            until_settled(lambda: self.table.write(records.change_expiry(link, end), *told))
        except Refused:
            raise NotFound from None
        return self._shown(self._mine(user, link_id), node)

    def revoke(self, user: User, link_id: str) -> None:
        """End a link of mine at once."""
        link = self._mine(user, link_id)
        until_settled(lambda: self._forget(link, by=user))

    def forget(self, link: Link) -> None:
        """Remove a link that ended by itself, and what counts it; doing it twice is the same."""
        until_settled(lambda: self._forget(link))

    def page(self, user: User, *, limit: int = 100, after: str | None = None) -> Page[Shown]:
        """A page of my links, newest first, with counts."""
        with known_cursor():
            links, following = records.own_links(self.table, user.id, limit=min(limit, 100), cursor=after)
        found = nodes.read_nodes(self.table, [link.node for link in links])
        return Page([self._shown(link, node) for link, node in zip(links, found, strict=True)], following)

    def of(self, user: User, node_id: str) -> list[Shown]:
        """My links to one thing, newest first; one made a moment ago may still be missing on a distributed table."""
        node = self.tree.load(user, node_id).node
        rows = records.links_to(self.table, node.id)
        links = [link for item in rows.items if (link := records.link_of(item)).expires > self.clock()]
        return [self._shown(link, node) for link in reversed(links)]

    def open(self, token: str, node_id: str = "") -> Opened:
        """What a token shows: the shared thing, or one below it. NotFound for all else."""
        if not token.isascii() or len(token) > 64:
            raise NotFound
        return self.open_hashed(digest(token), node_id)

    def open_hashed(self, token_hash: str, node_id: str) -> Opened:
        """The same by the hash of the token, for whoever was let in by it before."""
        link = records.read_link(self.table, token_hash)
        if link is None or link.expires <= self.clock():
            raise NotFound
        owner = users.read_user(self.table, link.owner)
        if owner is None or owner.state != "active":
            raise NotFound
        place = self.tree.load(owner, node_id or link.node)
        shared = next((step for step in place.trail if step.id == link.node), None)
        if shared is None:
            raise NotFound
        return Opened(link, shared, _below(place, shared), owner)

    def look(self, opened: Opened, *, sort: str, limit: int, after: str | None) -> Listing:
        """One page of the folder that was opened."""
        return self.folders.page(opened.owner, opened.place.node.id, sort=sort, limit=limit, after=after)

    def download(self, token: str, file_id: str = "", *, inline: bool = False, asked: bool = True) -> str:
        """A signed address of the shared file, or of one below the shared folder; counted when it is given out.

        Shown on its page (`inline`, where its type is safe to show) it is no download, nor when the bytes are not
        `asked` for (HEAD).
        """
        opened = self.open(token, file_id)
        if opened.place.node.kind != "file":
            raise NotFound
        if inline and inline_allowed(opened.place.node.type):
            return self.files.address(opened.place.node, inline=True)
        if asked:
            self.count(opened.link)
        return self.files.address(opened.place.node)

    def count(self, link: Link) -> None:
        """One download more; NotFound when the link has ended meanwhile."""
        try:
            until_settled(lambda: self.table.write(records.count_download(link, self.clock())))
        except Refused:
            raise NotFound from None

    def _create(self, user: User, node_id: str, *, moment: datetime, expires: datetime) -> Shown:
        node = self.tree.load(user, node_id).node
        if not node.parent:
            raise Forbidden(_("The top folder cannot be shared."))
        link_id, keys = versions.version_id(moment, self.ids()), self.keys.current
        token = _token(keys, link_id, generation=1)
        link = Link(link_id, node.id, node.owner, node.kind, digest(token), keys.id, 1, moment, expires)
        try:
            self.table.write(
                *records.put_link(link),
                *records.count_links(node, 1),
                self.journal.tell("share", node, by=user, label=link.id),
            )
        except Refused:
            raise Again from None
        return Shown(link, self._url(token), node)

    def _forget(self, link: Link, *, by: User | None = None) -> None:
        node = nodes.read_node(self.table, link.node)
        told = [self.journal.tell("unshare", node, by=by, label=link.id)] if by and node else []
        try:
            self.table.write(*records.delete_link(link), *(records.count_links(node, -1) if node else []), *told)
        except Refused as refused:
            if 0 not in refused.failed:
                raise Again from None

    def _mine(self, user: User, link_id: str) -> Link:
        link = (
            records.read_own(self.table, user.id, link_id=link_id)
            if link_id.isascii() and 0 < len(link_id) <= 64
            else None
        )
        if link is None:
            raise NotFound
        return link

    def _end(self, expires: datetime, moment: datetime) -> datetime:
        if not moment + SHORTEST - SLACK <= expires <= moment + LONGEST:
            sentence = _("A link lasts at least an hour and at most a year.")
            raise BadInput(sentence, fields={"expires": sentence})
        return expires

    def _shown(self, link: Link, node: Node | None) -> Shown:
        keys = self.keys.find(link.key_id)
        return Shown(link, self._url(_token(keys, link.id, generation=link.generation)) if keys else "", node)

    def _url(self, token: str) -> str:
        return f"{self.public_url}/s/{token}"


def _token(keys: Keys, link_id: str, *, generation: int) -> str:
    """128 bits in 22 characters, made anew from the key whenever the owner copies the link again."""
    mac = hmac.digest(keys.derive("link"), f"{link_id}:{generation}".encode(), "sha256")
    return urlsafe_b64encode(mac[:TOKEN_BYTES]).decode().rstrip("=")


def _below(place: Place, shared: Level) -> Place:
    """The way from the shared thing down; what is above it is nobody's business."""
    trail = place.trail
    return Place(place.node, trail[next(at for at, step in enumerate(trail) if step.id == shared.id) :])
