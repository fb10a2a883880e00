"""All services of one drive, put together over its two ports."""

from dataclasses import dataclass

from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.keychain import Keychain
from smartdrive.metrics import Metrics
from smartdrive.ports.objects import Door, Objects
from smartdrive.ports.table import Table
from smartdrive.services.accounts import Accounts
from smartdrive.services.activity import Activity
from smartdrive.services.beginning import Beginning
from smartdrive.services.bulk import Bulk
from smartdrive.services.copying import Copying
from smartdrive.services.days import Days
from smartdrive.services.files import Files
from smartdrive.services.filling import Filling
from smartdrive.services.folders import Folders
from smartdrive.services.fsck import Fsck
from smartdrive.services.fsck_journal import SealedJournals
from smartdrive.services.history import History, Keeping
from smartdrive.services.homes import Homes
from smartdrive.services.items import Items
from smartdrive.services.jobs import Jobs
from smartdrive.services.journal import Journal
from smartdrive.services.landing import Names
from smartdrive.services.limits import Limits
from smartdrive.services.locks import Locks
from smartdrive.services.moving import Moving
from smartdrive.services.recent import Recent
from smartdrive.services.schema import Layout
from smartdrive.services.sealing import Sealing
from smartdrive.services.search import Search
from smartdrive.services.sessions import Sessions
from smartdrive.services.settling import Settling
from smartdrive.services.shares import Shares
from smartdrive.services.stars import Stars
from smartdrive.services.tokens import Tokens
from smartdrive.services.trash import Trash
from smartdrive.services.trashing import Trashing
from smartdrive.services.tree import Tree
from smartdrive.services.undo import Undo
from smartdrive.services.upgrades import UPGRADES
from smartdrive.services.upkeep import Owed, Upkeep, upkeep
from smartdrive.services.uploads import Uploads
from smartdrive.services.versions import Versions
from smartdrive.services.ways import Ways
from smartdrive.services.zips import Zips
from smartdrive.settings import Settings


@dataclass(frozen=True, slots=True)
class Engine:
    """Both ports of one engine; `door` where storage has no addresses of its own; what counts all that is done."""

    table: Table
    objects: Objects
    door: Door | None
    metrics: Metrics


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
    copying: Copying
    bulk: Bulk
    jobs: Jobs
    stars: Stars
    recent: Recent
    search: Search
    undo: Undo
    activity: Activity
    shares: Shares
    zips: Zips
    layout: Layout
    upkeep: Upkeep
    fsck: Fsck
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Order:
    """Whatever puts things in folders in order, one or many at once, and keeps what they were."""

    tree: Tree
    names: Names
    folders: Folders
    history: History
    items: Items
    trash: Trash
    versions: Versions
    copying: Copying
    stars: Stars
    journal: Journal


@dataclass(frozen=True, slots=True)
class Traffic:
    """The ways by which bytes come and go, and what vouches for the record of it."""

    files: Files
    uploads: Uploads
    shares: Shares
    zips: Zips
    sealing: Sealing


def assemble(settings: Settings, engine: Engine, *, keys: Keychain, clock: Clock, ids: Ids) -> Services:
    """Put the services on the ports of an engine."""
    table, objects, order = engine.table, engine.objects, _order(settings, engine.table, clock=clock, ids=ids)
    limits, sessions = Limits(table, clock), Sessions(table, clock, ids)
    traffic = _traffic(settings, engine, order=order, keys=keys, clock=clock, ids=ids)
    work = upkeep(table, objects, owed=_owed(order, traffic), clock=clock, ids=ids, metrics=engine.metrics)
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
        tree=order.tree,
        items=order.items,
        folders=order.folders,
        files=traffic.files,
        versions=order.versions,
        uploads=traffic.uploads,
        trash=order.trash,
        copying=order.copying,
        bulk=_bulk(table, order),
        jobs=Jobs(table, clock),
        stars=order.stars,
        recent=Recent(table, order.tree),
        search=Search(table, order.tree),
        undo=Undo(table, order.items, order.trash, order.versions, clock, settings.undo_days),
        activity=Activity(table, clock, settings.activity_days),
        shares=traffic.shares,
        zips=traffic.zips,
        layout=Layout(table, Locks(table, clock, ids), clock, UPGRADES),
        upkeep=work,
        fsck=Fsck(table, objects, work.sweep, work.summing, SealedJournals(table, keys), clock, work.locks),
        metrics=engine.metrics,
    )


def _order(settings: Settings, table: Table, *, clock: Clock, ids: Ids) -> Order:
    days = settings.trash_days
    tree, names, journal = Tree(table, Ways(table)), Names(table), Journal(clock, ids)
    history = History(table, Keeping(settings.versions_keep, settings.version_days))
    filling = Filling(table, tree, names, clock)
    folders = Folders(table, tree, clock, ids, journal)
    return Order(
        tree=tree,
        names=names,
        folders=folders,
        history=history,
        items=Items(table, tree, names, clock, days, journal),
        trash=Trash(table, tree, names, clock, days, journal, Homes(tree, folders)),
        versions=Versions(table, tree, history, clock, ids, journal),
        copying=Copying(table, tree, names, history, filling, clock, ids, days, journal),
        stars=Stars(table, tree, clock),
        journal=journal,
    )


def _bulk(table: Table, order: Order) -> Bulk:
    return Bulk(table, Moving(table, order.items), order.copying, Trashing(table, order.trash), order.stars)


def _traffic(settings: Settings, engine: Engine, *, order: Order, keys: Keychain, clock: Clock, ids: Ids) -> Traffic:
    table, objects, tree, folders = engine.table, engine.objects, order.tree, order.folders
    beginning = Beginning(table, objects, tree, folders, clock, ids)
    settling = Settling(table, objects, tree, order.names, order.history, clock, ids, order.journal, engine.metrics)
    files = Files(table, objects, tree, clock, engine.metrics)
    uploads = Uploads(table, objects, tree, beginning, settling, clock)
    shares = Shares(table, tree, folders, files, keys, settings.public_url, clock, ids, order.journal)
    sealing = Sealing(table, keys, Days(table, clock), clock, settings.activity_days, engine.metrics)
    zips = Zips(table, objects, tree, shares, keys, clock, settings.public_url, settings.engine == "aws")
    return Traffic(files, uploads, shares, zips, sealing)


def _owed(order: Order, traffic: Traffic) -> Owed:
    return Owed(traffic.uploads, traffic.shares, order.copying.filling, order.history.keeping, traffic.sealing)
