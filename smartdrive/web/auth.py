"""Pages for making an account, logging in and logging out; `settings_pages` adds those of one's account."""

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.domain.errors import BadInput, EmailTaken, WrongPassword
from smartdrive.domain.models import User
from smartdrive.domain.targets import same_site
from smartdrive.domain.words import _
from smartdrive.web import devices, tokens
from smartdrive.web.access import in_session, public
from smartdrive.web.forms import LoginForm, RegisterForm, show_refusal
from smartdrive.web.gate import current_session, current_user, signed_in_now
from smartdrive.web.limiter import limits_registering

bp = Blueprint("auth", __name__)
YEAR = 365 * 24 * 60 * 60
NOTICES = {
    "out": _("You have logged out."),
    "ended": _("Your session has ended. Log in to go on."),
    "deleted": _("Your account is deleted. Goodbye."),
}


@bp.get("/register")
@public
def register() -> ResponseReturnValue:
    """The form, or a word that the operator makes the accounts here."""
    return _register_page(RegisterForm())


@bp.post("/register")
@public
@limits_registering
def make_account() -> ResponseReturnValue:
    """Make an account and sign in."""
    form = RegisterForm()
    if not form.validate():
        return _register_page(form), HTTPStatus.BAD_REQUEST
    try:
        user = services().accounts.register(
            form.email.data or "", password=form.password.data or "", name=form.name.data or ""
        )
    except (BadInput, EmailTaken) as error:
        taken = isinstance(error, EmailTaken)
        show_refusal(form, EmailTaken(fields={"email": error.title}) if taken else error)
        return _register_page(form), HTTPStatus.CONFLICT if taken else HTTPStatus.BAD_REQUEST
    return let_in(user, url_for("files.home"))


@bp.get("/login")
@public
def login() -> ResponseReturnValue:
    """The form; whoever is signed in goes on to where they wanted."""
    wanted = request.args.get("next", "")
    if signed_in_now():
        return redirect(same_site(wanted, otherwise=url_for("files.home")), HTTPStatus.SEE_OTHER)
    form = LoginForm(next=wanted)
    return _login_page(form, NOTICES.get(request.args.get("notice", ""), ""))


@bp.post("/login")
@public
def enter() -> ResponseReturnValue:
    """Sign in and go on; one answer to everything that is wrong."""
    form = LoginForm()
    if not form.validate():
        return _login_page(form), HTTPStatus.BAD_REQUEST
    try:
        user = services().accounts.sign_in(form.email.data or "", form.password.data or "", visitor=devices.visitor())
    except (BadInput, WrongPassword) as error:
        show_refusal(form, error)
        wrong = isinstance(error, WrongPassword)
        return _login_page(form), HTTPStatus.UNAUTHORIZED if wrong else HTTPStatus.BAD_REQUEST
    return let_in(user, same_site(form.next.data or "", otherwise=url_for("files.home")))


@bp.post("/logout")
@in_session
def logout() -> ResponseReturnValue:
    """End this session."""
    services().sessions.end(current_user(), current_session().id)
    return let_out("out")


def let_in(user: User, target: str) -> Response:
    """Begin a session in this browser."""
    session = services().sessions.begin(user, agent=request.user_agent.string, address=request.remote_addr or "")
    response = make_response(redirect(target, HTTPStatus.SEE_OTHER))
    tokens.set_cookies(response, session)
    devices.remember(response, user)
    set_theme(response, user.theme)
    return response


def let_out(notice: str) -> Response:
    """Forget the session that ended and say why."""
    response = make_response(redirect(url_for("auth.login", notice=notice), HTTPStatus.SEE_OTHER))
    tokens.drop_cookies(response)
    return response


def set_theme(response: Response, theme: str) -> None:
    """Tell the browser the theme, so that pages come in it from their first byte; scripts may change it too."""
    https = services().settings.https
    response.set_cookie("theme", theme, max_age=YEAR, secure=https, samesite="Lax", path="/")


def _register_page(form: RegisterForm) -> str:
    settings = services().settings
    return render_template(
        "auth/register.html",
        form=form,
        password_min=settings.password_min,
        closed=settings.registration == "closed",
        first=services().accounts.nobody_yet(),
    )


def _login_page(form: LoginForm, notice: str = "") -> str:
    return render_template("auth/login.html", form=form, registration=services().settings.registration, notice=notice)
