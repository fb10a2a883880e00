"""Zips: any selection or folder as one file that is made while it is sent, and tickets to fetch it by."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from smartdrive.domain.clock import Clock
from smartdrive.domain.errors import BadInput, NotFound
from smartdrive.domain.keychain import Keychain, Keys, digest
from smartdrive.domain.models import Node, User, ZipTicket
from smartdrive.domain.words import _
from smartdrive.ports.objects import Objects
from smartdrive.ports.table import Table
from smartdrive.records import nodes, users
from smartdrive.records import zips as records
from smartdrive.services.shares import Shares
from smartdrive.services.tree import Tree, is_id
from smartdrive.services.zip_contents import Contents
from smartdrive.services.zip_stream import ZipStream
from smartdrive.services.zip_walk import Walk

LASTS = timedelta(hours=1)
MOST = 1000
"""Things of one selection; what is in their folders does not count."""
TOKEN_BYTES = 16
LONGEST_TOKEN = 200
READ_AT_ONCE = 100
SEVERAL, TOP = _("Smart Drive"), _("My files")


@dataclass(frozen=True, slots=True)
class Zip:
    """A zip that is ready to be sent. `etag` is "" while it can only be sent whole."""

    name: str
    contents: Contents
    stream: ZipStream
    length: int
    etag: str


@dataclass(frozen=True, slots=True)
class Zips:
    """Use cases of zips. `distant`: both engines answer slowly, but many questions at a time."""

    table: Table
    objects: Objects
    tree: Tree
    shares: Shares
    keys: Keychain
    clock: Clock
    public_url: str
    distant: bool

    def folder(self, user: User, folder_id: str) -> Zip:
        """A folder of mine with all that is in it."""
        return self._zip([self.tree.folder(user, folder_id)])

    def address(self, user: User, ids: Sequence[str]) -> str:
        """An address that fetches these things of mine as one zip for an hour. NotFound unless all are there."""
        wanted = tuple(dict.fromkeys(ids))
        if not 1 <= len(wanted) <= MOST:
            sentence = _("Choose 1 to %(count)s things.", count=MOST)
            raise BadInput(sentence, fields={"ids": sentence})
        if len(self._seen(user, wanted)) < len(wanted):
            raise NotFound
        token = secrets.token_urlsafe(TOKEN_BYTES)
        until = self.clock() + LASTS
        ticket = ZipTicket(digest(token), user.id, wanted, until, user.epoch, user.token_epoch)
        self.table.write(records.put_ticket(ticket))
        return self._url(token)

    def address_by_link(self, token: str, folder_id: str = "", *, asked: bool = True) -> str:
        """The same of the folder that a link leads to, or of one below it; counted as one download.

        Not when the bytes are not `asked` for (HEAD). Nothing else is written: the address says all there is to know.
        """
        opened = self.shares.open(token, folder_id)
        if opened.place.node.kind != "folder":
            raise NotFound
        if asked:
            self.shares.count(opened.link)
        until = int((self.clock() + LASTS).timestamp())
        said = f"{until}.{opened.place.node.id}.{digest(token)}"
        return self._url(f"{said}.{_mac(self.keys.current, said)}")

    def open(self, token: str) -> Zip:
        """The zip of an address. NotFound when it is over, or may not be had any more; what has gone is left out."""
        if not token.isascii() or len(token) > LONGEST_TOKEN:
            raise NotFound
        found = self._by_link(token) if "." in token else self._by_ticket(token)
        if not found:
            raise NotFound
        return self._zip(found)

    def _url(self, token: str) -> str:
        return f"{self.public_url}/api/zips/{token}"

    def _by_link(self, token: str) -> list[Node]:
        said, _, mac = token.rpartition(".")
        if not any(hmac.compare_digest(_mac(keys, said), mac) for keys in self.keys.all()):
            return []
        until, node_id, link = said.split(".")
        if int(until) <= self.clock().timestamp():
            return []
        return [self.shares.open_hashed(link, node_id).place.node]

    def _by_ticket(self, token: str) -> list[Node]:
        ticket = records.read_ticket(self.table, digest(token))
        if ticket is None or ticket.expires <= self.clock():
            return []
        user = users.read_user(self.table, ticket.user)
        if user is None or user.state != "active":
            return []
        same = (user.epoch, user.token_epoch) == (ticket.epoch, ticket.token_epoch)
        return self._seen(user, ticket.ids) if same else []

    def _seen(self, user: User, ids: Sequence[str]) -> list[Node]:
        """Those of these things that I may see; each folder that holds some of them is judged once."""
        real = [user.root if each == "root" else each for each in ids]
        wanted = [each for each in real if is_id(each)]
        hundreds = [wanted[at : at + READ_AT_ONCE] for at in range(0, len(wanted), READ_AT_ONCE)]
        found = [node for some in hundreds for node in nodes.read_nodes(self.table, some)]
        live = [node for node in found if node and node.owner == user.id and node.state == "live"]
        open_ = {parent: self._is_open(user, parent) for parent in {node.parent for node in live}}
        return [node for node in live if open_[node.parent]]

    def _is_open(self, user: User, folder_id: str) -> bool:
        """A top folder is in none."""
        try:
            return not folder_id or bool(self.tree.folder(user, folder_id))
        except NotFound:
            return False

    def _zip(self, tops: Sequence[Node]) -> Zip:
        contents = Walk(self.table, self.distant).contents(tops, top_name=TOP)
        stream = ZipStream(contents, self.objects, self.distant)
        return Zip(f"{self._name(tops)}.zip", contents, stream, contents.length, contents.etag)

    def _name(self, tops: Sequence[Node]) -> str:
        """One thing's own, else that of the folder they are all in."""
        if len(tops) == 1:
            return tops[0].name or TOP
        parents = {node.parent for node in tops}
        folder = nodes.read_node(self.table, parents.pop()) if len(parents) == 1 else None
        return (folder.name or TOP) if folder else SEVERAL


def _mac(keys: Keys, said: str) -> str:
    return hmac.digest(keys.derive("zip"), said.encode(), "sha256")[:TOKEN_BYTES].hex()
