"""Pages of links: my own, making one without scripts, and the landing page of whoever was given one."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.domain.errors import BadInput, NotFound
from smartdrive.domain.hosts import is_loopback
from smartdrive.domain.models import Level
from smartdrive.services.files import Direct
from smartdrive.services.folders import Listing
from smartdrive.services.shares import Opened
from smartdrive.web.access import public, signed_in
from smartdrive.web.endings import DirectForm, LinkForm
from smartdrive.web.formats import zone_named
from smartdrive.web.forms import PageForm, show_refusal
from smartdrive.web.gate import current_user
from smartdrive.web.limiter import count_miss
from smartdrive.web.previews import preview_of
from smartdrive.web.queries import cursor, sort
from smartdrive.web.templating import zone_name
from smartdrive.web.trails import steps

bp = Blueprint("shares", __name__)
ROWS = 200
Form = TypeVar("Form", bound=PageForm)


@bp.get("/links")
@signed_in
def links() -> ResponseReturnValue:
    """My links with their counts."""
    page = services().shares.page(current_user(), limit=100, after=cursor())
    return render_template("shares/links.html", place="links", page=page, now=services().clock(), here=only_here())


@bp.get("/files/<item_id>/share")
@signed_in
def share(item_id: str) -> ResponseReturnValue:
    """The links of one thing, and a form to make another."""
    return _share_page(item_id, LinkForm())


@bp.post("/files/<item_id>/share")
@signed_in
def create(item_id: str) -> ResponseReturnValue:
    """Make a link from the form."""
    return _with_end(item_id, lambda end: services().shares.create(current_user(), item_id, expires=end))


@bp.post("/files/<item_id>/direct")
@signed_in
def direct(item_id: str) -> ResponseReturnValue:
    """Make a direct link; its address stands in this answer and nowhere else."""
    form = DirectForm()
    if not form.validate():
        return _share_page(item_id, _untouched(LinkForm), direct=form), HTTPStatus.BAD_REQUEST
    made = services().files.direct(current_user(), item_id, seconds=int(form.expires_in.data))
    return _share_page(item_id, _untouched(LinkForm), direct=form, made=made)


@bp.post("/links/<link_id>/end")
@signed_in
def change(link_id: str) -> ResponseReturnValue:
    """Let a link end at another time; the form stands on the page of the thing it leads to."""
    item_id = request.form.get("item", "")
    return _with_end(item_id, lambda end: services().shares.change(current_user(), link_id, expires=end))


@bp.post("/links/<link_id>/revoke")
@signed_in
def revoke(link_id: str) -> ResponseReturnValue:
    """End a link from a form; back to the page of its thing, when the form stood there."""
    services().shares.revoke(current_user(), link_id)
    item_id = request.form.get("item")
    back = url_for("shares.share", item_id=item_id) if item_id else url_for("shares.links")
    return redirect(back, HTTPStatus.SEE_OTHER)


@bp.get("/s/<token>")
@public
def landing(token: str) -> ResponseReturnValue:
    """What was shared, from whom and until when; never the bytes."""
    return _look(token, "")


@bp.get("/s/<token>/f/<item_id>")
@public
def below(token: str, item_id: str) -> ResponseReturnValue:
    """A file or folder below the shared folder."""
    return _look(token, item_id)


@bp.get("/s/<token>/download")
@public
def download(token: str) -> ResponseReturnValue:
    """A redirect to a short-lived signed address; each click signs anew."""
    return _download(token, "")


@bp.get("/s/<token>/f/<item_id>/download")
@public
def download_below(token: str, item_id: str) -> ResponseReturnValue:
    """As `download`, of a file below the shared folder."""
    return _download(token, item_id)


@bp.get("/s/<token>/zip")
@public
def zipped(token: str) -> ResponseReturnValue:
    """A redirect to an address that fetches the shared folder as one zip."""
    return _zipped(token, "")


@bp.get("/s/<token>/f/<item_id>/zip")
@public
def zipped_below(token: str, item_id: str) -> ResponseReturnValue:
    """As `zipped`, of a folder below the shared one."""
    return _zipped(token, item_id)


def only_here() -> bool:
    """Whether our links work on this computer only."""
    return is_loopback(urlsplit(services().settings.public_url).hostname or "")


def _with_end(item_id: str, act: Callable[[datetime], object]) -> ResponseReturnValue:
    """Do it with the end that the form asks for; the form comes back with what is wrong in it."""
    form = LinkForm()
    try:
        if form.validate():
            act(form.moment(now=services().clock(), zone=zone_named(zone_name())))
            return redirect(url_for("shares.share", item_id=item_id), HTTPStatus.SEE_OTHER)
    except BadInput as refusal:
        show_refusal(form, refusal)
    return _share_page(item_id, form), HTTPStatus.BAD_REQUEST


def _share_page(item_id: str, form: LinkForm, *, direct: DirectForm | None = None, made: Direct | None = None) -> str:
    item, now = services().tree.load(current_user(), item_id).node, services().clock()
    direct = direct or _untouched(DirectForm)
    return render_template(
        "shares/share.html",
        place="files",
        item=item,
        links=services().shares.of(current_user(), item_id),
        form=form,
        now=now,
        here=only_here(),
        direct=direct,
        lives=direct.lives(now, services().files.direct_end) if item.kind == "file" else [],
        made=made,
    )


def _untouched(form: type[Form]) -> Form:
    """A form of the page that is not the one that was sent; both may have fields of the same name."""
    return form(formdata=None)


def _look(token: str, item_id: str) -> ResponseReturnValue:
    try:
        opened = services().shares.open(token, item_id)
    except NotFound:
        return _gone()
    if opened.place.node.kind == "file":
        return _landing(token, opened, listing=None)
    listing = services().shares.look(opened, sort=sort(), limit=ROWS, after=cursor())
    return _landing(token, opened, listing=listing)


def _landing(token: str, opened: Opened, *, listing: Listing | None) -> ResponseReturnValue:
    def address(level: Level) -> str:
        if level.id == opened.shared.id:
            return url_for("shares.landing", token=token)
        return url_for("shares.below", token=token, item_id=level.id)

    page = render_template(
        "shares/landing.html",
        token=token,
        opened=opened,
        trail=steps(opened.place.trail, address),
        listing=listing,
        sort=sort(),
        preview=preview_of(opened.place.node),
    )
    return page, {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


def _download(token: str, item_id: str) -> ResponseReturnValue:
    try:
        inline, asked = request.args.get("inline") == "1", request.method == "GET"
        address = services().shares.download(token, item_id, inline=inline, asked=asked)
    except NotFound:
        return _gone()
    return redirect(address, HTTPStatus.FOUND)


def _zipped(token: str, item_id: str) -> ResponseReturnValue:
    try:
        address = services().zips.address_by_link(token, item_id, asked=request.method == "GET")
    except NotFound:
        return _gone()
    return redirect(address, HTTPStatus.FOUND)


def _gone() -> ResponseReturnValue:
    """One answer for unknown, expired, ended and moved out; who asks for many of them has to wait."""
    count_miss("link")
    page = render_template("shares/gone.html")
    return page, HTTPStatus.NOT_FOUND, {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
