"""Limits per network, counted in the table by flask-limiter, and of misses on secrets in addresses."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter, RateLimitExceeded

from smartdrive.current import services as current_services
from smartdrive.domain.errors import TooMany
from smartdrive.domain.networks import network_of
from smartdrive.services.services import Services

MARK = "smartdrive_limited"
MISSES = "100/hour"
View = TypeVar("View", bound=Callable[..., Any])


def limits_registering(view: View) -> View:
    """Mark a view as one that makes accounts: its POSTs share one budget per network."""
    view.__dict__[MARK] = True
    return view


def is_limited(view: Callable[..., Any]) -> bool:
    """The mark of `limits_registering`."""
    return bool(getattr(view, MARK, False))


def init(app: Flask, services: Services) -> None:
    """Count calls of marked views before they do anything."""
    rate = services.settings.limit_register
    limiter = Limiter(
        key_func=lambda: f"register:{_network()}",
        application_limits=[rate],
        storage_uri="table://",
        storage_options={"counters": services.limits},  # type: ignore[dict-item]
        strategy="fixed-window",
    )
    limiter.init_app(app)
    _only_where_limited(app)

    def refuse(_: RateLimitExceeded) -> Response:
        limit = limiter.current_limit
        left = limit.reset_at - services.clock().timestamp() if limit else 0
        answer = app.handle_user_exception(TooMany(retry_after=max(1, int(left))))
        return app.make_response(answer)

    app.register_error_handler(RateLimitExceeded, refuse)


def _only_where_limited(app: Flask) -> None:
    """Let the library's hooks, the last registered, run for limited views only: else every request pays for them."""
    before, after = app.before_request_funcs[None].pop(), app.after_request_funcs[None].pop()
    forget = app.teardown_request_funcs[None].pop()

    @app.before_request
    def look() -> Any:  # noqa: ANN401 - whatever the library's hook answers
        return before() if _is_limited() else None

    @app.after_request
    def note(response: Response) -> Any:  # noqa: ANN401
        return after(response) if _is_limited() else response

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        if _is_limited():
            forget(error)


def count_miss(name: str) -> None:
    """Note that a secret in an address or a token was wrong; raises TooMany for a network that keeps trying."""
    current_services().limits.spend(f"miss:{name}:{_network()}", MISSES)


def _network() -> str:
    return network_of(request.remote_addr or "")


def _is_limited() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method == "POST" and view is not None and is_limited(view)
