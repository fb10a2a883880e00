"""The settings page: everything about one's account, a form a section."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.domain.errors import BadInput, DriveError, Enough, PasswordNeeded
from smartdrive.web.access import in_session
from smartdrive.web.auth import bp, let_out, set_theme
from smartdrive.web.endings import TokenForm
from smartdrive.web.formats import zone_named
from smartdrive.web.forms import DeleteForm, PageForm, PasswordForm, ProfileForm, ThemeForm, show_refusal
from smartdrive.web.gate import current_session, current_user
from smartdrive.web.templating import zone_name

__all__ = ["bp"]
SECTIONS = ("profile", "password", "theme", "sessions", "tokens")
NONE: Mapping[str, PageForm] = {}
Refused = (BadInput, PasswordNeeded)


@bp.get("/settings")
@in_session
def settings() -> ResponseReturnValue:
    """All sections."""
    return _page()


@bp.post("/settings/profile")
@in_session
def profile() -> ResponseReturnValue:
    """Change name and time zone."""
    form = ProfileForm().offer_zones()
    try:
        services().accounts.change_profile(current_user(), name=form.name.data or "", timezone=form.timezone.data or "")
    except BadInput as error:
        return _refused("profile_form", form, error=error)
    return _saved("profile")


@bp.post("/settings/password")
@in_session
def password() -> ResponseReturnValue:
    """Change the password; all other sessions and all access tokens end."""
    form = PasswordForm()
    if not form.validate():
        return _refused("password_form", form)
    current, new = form.current.data or "", form.password.data or ""
    try:
        services().accounts.change_password(current_user(), current_session(), current=current, new=new)
    except Refused as error:
        return _refused("password_form", form, error=error)
    return _saved("password")


@bp.post("/settings/theme")
@in_session
def theme() -> ResponseReturnValue:
    """Remember the theme for this and other browsers."""
    user = services().accounts.change_profile(current_user(), theme=ThemeForm().theme.data or "")
    response = make_response(
        redirect(url_for("auth.settings", saved="theme", _anchor="appearance"), HTTPStatus.SEE_OTHER)
    )
    set_theme(response, user.theme)
    return response


@bp.post("/settings/sessions/end")
@in_session
def end_session() -> ResponseReturnValue:
    """End one session; ending this one is logging out."""
    wanted = request.form.get("session", "")
    services().sessions.end(current_user(), wanted)
    return let_out("out") if wanted == current_session().id else _saved("sessions")


@bp.post("/settings/tokens")
@in_session
def make_token() -> ResponseReturnValue:
    """Make an access token and show it in this answer, the only one that ever holds it."""
    form = TokenForm()
    if not form.validate():
        return _refused("token_form", form)
    name, scope = form.name.data or "", form.scope.data
    try:
        expires = form.end(now=services().clock(), zone=zone_named(zone_name()))
        _, text = services().tokens.make(current_user(), name=name, scope=scope, expires=expires)
    except (BadInput, Enough) as error:
        return _refused("token_form", form, error=error)
    return _page(made=text)


@bp.post("/settings/tokens/revoke")
@in_session
def revoke_token() -> ResponseReturnValue:
    """End one access token at once."""
    services().tokens.revoke(current_user(), request.form.get("token", ""))
    return _saved("tokens")


@bp.post("/settings/delete-account")
@in_session
def delete_account() -> ResponseReturnValue:
    """Delete the account after its password was given."""
    form = DeleteForm()
    if not form.validate():
        return _refused("delete_form", form)
    try:
        services().accounts.delete_own(current_user(), password=form.password.data or "")
    except Refused as error:
        return _refused("delete_form", form, error=error)
    return let_out("deleted")


def _saved(section: str) -> ResponseReturnValue:
    return redirect(url_for("auth.settings", saved=section, _anchor=section), HTTPStatus.SEE_OTHER)


def _refused(name: str, form: PageForm, *, error: DriveError | None = None) -> ResponseReturnValue:
    """The page again with what is wrong in this form; the other forms are fresh."""
    if error:
        show_refusal(form, error)
    return _page({name: form}), HTTPStatus.CONFLICT if isinstance(error, Enough) else HTTPStatus.BAD_REQUEST


def _page(form: Mapping[str, PageForm] = NONE, *, made: str = "") -> str:
    user, saved = current_user(), request.args.get("saved", "")
    fresh = {
        "profile_form": ProfileForm(formdata=None, name=user.name, timezone=user.timezone).offer_zones(),
        "password_form": PasswordForm(formdata=None),
        "token_form": TokenForm(formdata=None),
        "delete_form": DeleteForm(formdata=None),
    }
    return render_template(
        "settings/settings.html",
        place="settings",
        password_min=services().settings.password_min,
        theme=user.theme,
        sessions=_sessions(),
        tokens=services().tokens.list(current_user()),
        made=made,
        now=services().clock(),
        saved=saved if saved in SECTIONS else "",
        **{**fresh, **form},
    )


def _sessions() -> list[dict[str, Any]]:
    own = current_session().id
    return [
        {"id": each.id, "agent": each.agent, "address": each.address, "seen": each.seen, "current": each.id == own}
        for each in services().sessions.list(current_user())
    ]
