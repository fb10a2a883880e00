"""All services of one drive, put together over its two ports."""

from dataclasses import dataclass

from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.keychain import Keychain
from smartdrive.ports.objects import Door, Objects
from smartdrive.ports.table import Table
from smartdrive.services.accounts import Accounts
from smartdrive.services.beginning import Beginning
from smartdrive.services.files import Files
from smartdrive.services.folders import Folders
from smartdrive.services.fsck import Fsck
from smartdrive.services.history import History, Keeping
from smartdrive.services.items import Items
from smartdrive.services.limits import Limits
from smartdrive.services.locks import Locks
from smartdrive.services.schema import UPGRADES, Layout
from smartdrive.services.sessions import Sessions
from smartdrive.services.settling import Settling
from smartdrive.services.shares import Shares
from smartdrive.services.tokens import Tokens
from smartdrive.services.trash import Trash
from smartdrive.services.tree import Tree
from smartdrive.services.upkeep import Upkeep, upkeep
from smartdrive.services.uploads import Uploads
from smartdrive.services.versions import Versions
from smartdrive.services.zips import Zips
from smartdrive.settings import Settings


@dataclass(frozen=True, slots=True)
class Engine:
    """Both ports of one engine; `door` where storage has no addresses of its own."""

    table: Table
    objects: Objects
    door: Door | None


@dataclass(frozen=True, slots=True)
class Services:
    """What a view, a command or the worker calls. One instance a process."""

    settings: Settings
    keys: Keychain
    clock: Clock
    ids: Ids
    table: Table
    objects: Objects
    door: Door | None
    limits: Limits
    sessions: Sessions
    tokens: Tokens
    accounts: Accounts
    tree: Tree
    items: Items
    folders: Folders
    files: Files
    versions: Versions
    uploads: Uploads
    trash: Trash
    shares: Shares
    zips: Zips
    layout: Layout
    upkeep: Upkeep
    fsck: Fsck


def assemble(settings: Settings, engine: Engine, *, keys: Keychain, clock: Clock, ids: Ids) -> Services:
    """Put the services on the ports of an engine."""
    table, objects = engine.table, engine.objects
    limits, sessions = Limits(table, clock), Sessions(table, clock, ids)
    tree = Tree(table)
    items = Items(table, tree)
    folders = Folders(table, tree, clock, ids)
    beginning = Beginning(table, objects, tree, folders, clock, ids)
    history = History(table, Keeping(settings.versions_keep, settings.version_days))
    settling = Settling(table, objects, items, history, clock, ids)
    files = Files(table, objects, tree, items, clock, ids)
    uploads = Uploads(table, objects, tree, beginning, settling, clock)
    shares = Shares(table, tree, folders, files, keys, settings.public_url, clock, ids)
    keeping = history.keeping
    work = upkeep(table, objects, uploads=uploads, shares=shares, keeping=keeping, clock=clock, ids=ids)
    return Services(
        settings=settings,
        keys=keys,
        clock=clock,
        ids=ids,
        table=table,
        objects=objects,
        door=engine.door,
        limits=limits,
        sessions=sessions,
        tokens=Tokens(table, clock),
        accounts=Accounts(table, limits, sessions, settings, keys, clock, ids),
        tree=tree,
        items=items,
        folders=folders,
        files=files,
        versions=Versions(table, tree, history, clock, ids),
        uploads=uploads,
        trash=Trash(table, tree, items, clock, settings.trash_days),
        shares=shares,
        zips=Zips(table, objects, tree, shares, keys, clock, settings.public_url, settings.engine == "aws"),
        layout=Layout(table, Locks(table, clock, ids), clock, UPGRADES),
        upkeep=work,
        fsck=Fsck(table, objects, work.sweep, work.summing, clock),
    )
