"""Every refusal as a page or as `application/problem+json` (RFC 9457), and bugs as a 500 with an id."""

import errno
import logging
import re
from http import HTTPStatus
from typing import cast

from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from smartdrive.domain import errors
from smartdrive.domain.words import _
from smartdrive.ports.table import Contended, OutOfRoom, Unavailable
from smartdrive.records.nodes import Entry
from smartdrive.services.services import Services
from smartdrive.web import present
from smartdrive.web.shapes import Problem, Refusal

log = logging.getLogger("smartdrive.web")
RETRY_SECONDS = 5
CHALLENGE = 'Bearer realm="Smart Drive"'
"""What a 401 must say (RFC 9110): how one signs in. No browser asks for a name and password because of it."""
_ZIPS = re.compile(r"/api/(zips|folders/[^/]+)/[^/]+")
"""Addresses of the API that people are led to by links of pages."""
STATUS: dict[str, int] = {
    "bad_input": 400,
    "wrong_password": 400,
    "not_signed_in": 401,
    "wrong_credentials": 401,
    "forbidden": 403,
    "bad_token": 403,
    "session_needed": 403,
    "read_only": 403,
    "registration_closed": 403,
    "not_found": 404,
    "exists": 409,
    "email_taken": 409,
    "enough": 409,
    "current_version": 409,
    "cycle": 409,
    "stands_in_the_way": 409,
    "incomplete": 409,
    "busy": 409,
    "too_large": 413,
    "too_many": 429,
    "over_quota": 507,
    "no_space": 507,
    "unavailable": 503,
    "full": 503,
}
SENTENCES = {
    400: _("The request cannot be understood."),
    404: errors.NotFound.title,
    405: _("This address does not take that kind of request."),
    411: _("The length of the body must be given."),
    413: errors.TooLarge.title,
    415: _("The body must be JSON."),
    416: _("This part of the file does not exist."),
}


def init(app: Flask, _: Services) -> None:
    """Answer every exception."""
    app.register_error_handler(errors.DriveError, _refusal)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Unavailable, lambda _: _refusal(errors.EngineDown()))
    app.register_error_handler(Contended, lambda _: _refusal(errors.Busy()))
    app.register_error_handler(OutOfRoom, lambda _: _refusal(errors.NoSpace()))
    app.register_error_handler(Exception, _bug)


def wants_json() -> bool:
    """Programs and scripts get problem documents, people get pages: also who sends a page's form to the API."""
    if _ZIPS.fullmatch(request.path):
        return not _asks_for_pages()
    if request.path.startswith(("/api/", "/objects/", "/status", "/metrics")) or request.is_json:
        return not from_page()
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def from_page() -> bool:
    """Whether a page without scripts sent its upload form here."""
    return request.mimetype == "multipart/form-data" and _asks_for_pages()


def _asks_for_pages() -> bool:
    """Browsers ask for HTML, programs do not."""
    best = request.accept_mimetypes.best_match(["application/json", "text/html"], default="application/json")
    return best == "text/html"


def code_of(status: int) -> str:
    """The code of a refusal that is no DriveError: its phrase as one word."""
    return HTTPStatus(status).phrase.lower().replace(" ", "_")


def problem(error: errors.DriveError) -> Refusal:
    """The members of the problem document; also an item of a batch answer."""
    body = Refusal(status=STATUS[error.code], code=error.code, title=error.title)
    if error.fields:
        body["fields"] = error.fields
    more = {name: present.entry(value) if isinstance(value, Entry) else value for name, value in error.more.items()}
    return cast(Refusal, {**body, **more})


def _refusal(error: errors.DriveError) -> Response:
    status = STATUS[error.code]
    if status == HTTPStatus.UNAUTHORIZED and not wants_json():
        return make_response(redirect(_login(), HTTPStatus.SEE_OTHER))
    response = _answer(status, problem(error))
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = CHALLENGE
    if isinstance(error, errors.TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _login() -> str:
    """The login page; it leads back to a page, while what a form would have done has to be done again."""
    if request.method in ("GET", "HEAD"):
        return url_for("auth.login", next=request.full_path.rstrip("?"))
    return url_for("auth.login", notice="ended")


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if isinstance(getattr(error, "original_exception", None), Unavailable):
        return _refusal(errors.EngineDown())
    if error.response is not None:
        return make_response(error.response)
    sentence = SENTENCES.get(status, HTTPStatus(status).phrase + ".")
    response = _answer(status, Problem(status=status, code=code_of(status), title=sentence))
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _bug(error: Exception) -> Response:
    """Anything else is a bug: its trace is in the log under the id that the answer shows.

    A full disk is not: Werkzeug keeps the files of a form in temporary files of the system.
    """
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _refusal(errors.NoSpace())
    log.error("unexpected error", exc_info=error)
    sentence = _("Something went wrong on our side. Nothing of yours was lost.")
    return _answer(500, Problem(status=500, code="internal", title=sentence, id=g.get("request_id", "")))


def _answer(status: int, body: Refusal | Problem) -> Response:
    if wants_json():
        response = jsonify(body)
        response.content_type = "application/problem+json"
    else:
        title = HTTPStatus(status).phrase
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            g.user = None  # the page is shown as to a stranger: what it says of an account is read from the table
        page = render_template(
            "errors/error.html", status=status, title=title, sentence=body["title"], request_id=body.get("id", "")
        )
        response = make_response(page)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
