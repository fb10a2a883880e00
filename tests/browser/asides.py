"""What happens in another tab of the same browser: somebody logs in there."""

from playwright.sync_api import Page


def log_in_aside(page: Page, url: str, *, email: str, password: str) -> None:
    """A new session for the whole profile of that page; the page itself hears nothing of it."""
    page.context.clear_cookies()
    form = page.request.get(f"{url}/login").text()
    token = form.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    body: dict[str, str | float | bool] = {"email": email, "password": password, "csrf_token": token}
    answer = page.request.post(f"{url}/login", form=body)
    assert answer.ok, answer.text()
