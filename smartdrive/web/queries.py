"""What lists take from the query: order, page size, cursor."""

from flask import request

from smartdrive.domain.errors import BadInput
from smartdrive.domain.events import ACTS
from smartdrive.domain.words import _
from smartdrive.services.activity import Wanted
from smartdrive.services.folders import MAX_PAGE, SORTS
from smartdrive.services.pages import unknown_page
from smartdrive.web.documented import Query

MAX_CURSOR = 4096
USUAL_PAGE = 100
LIMIT = Query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": USUAL_PAGE}, "Rows of a page.")
AFTER = Query("after", {"type": "string", "maxLength": MAX_CURSOR}, "`next` of the page before.")
SORT = Query("sort", {"type": "string", "enum": list(SORTS), "default": "name"}, "The order; folders come first.")
PAGED = (LIMIT, AFTER)

INLINE = Query("inline", {"enum": ["0", "1"], "default": "0"}, "1 to show it, where its type is safe to show.")


def limit(default: int = USUAL_PAGE) -> int:
    """`?limit=`, 1 to 200."""
    text = request.args.get("limit", str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MAX_PAGE):
        raise BadInput(
            _("limit is a whole number from 1 to %(count)s.", count=MAX_PAGE),
            fields={"limit": _("Out of range.")},
        )
    return int(text)


def cursor() -> str | None:
    """`?after=`, as an earlier page gave it."""
    text = request.args.get("after") or None
    if text and len(text) > MAX_CURSOR:
        raise unknown_page()
    return text


def wanted_activity() -> Wanted:
    """`?item=&actor=&action=`: what of the journal; an action that does not exist is refused."""
    item, actor, action = (request.args.get(name, "") for name in ("item", "actor", "action"))
    if action and action not in ACTS:
        raise BadInput(_("There is no such action."), fields={"action": _("Unknown action.")})
    return Wanted(item, actor, action)


def inline() -> bool:
    """`?inline=1`: to be shown and not saved."""
    text = request.args.get("inline", "")
    if text not in ("", "0", "1"):
        raise BadInput(_("inline is 0 or 1."), fields={"inline": _("Write 0 or 1.")})
    return text == "1"


def sort(default: str = "name") -> str:
    """`?sort=`: name, modified, created, size or type, each with or without a leading minus."""
    text = request.args.get("sort", default)
    if text not in SORTS:
        raise BadInput(_("Sort by name, modified, created, size or type."), fields={"sort": _("Unknown order.")})
    return text
