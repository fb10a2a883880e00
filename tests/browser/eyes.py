"""All that goes wrong in a browser profile without anybody asking: consoles, policy reports, strange addresses."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request, WebError

REPORT = """document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  policyReport(`${violatedDirective} forbids ${blockedURI || "something"} on ${location.pathname}`));"""
NO_NETWORK = ("data", "blob", "about", "chrome-extension", "chrome")


@dataclass
class Eyes:
    """Watches every page of a profile from its making on; `wrong` must stay empty.

    `origins` are the ones its pages may talk to. Addresses in `refused` may be answered with an error status, which
    Chromium always writes to the console.
    """

    origins: frozenset[str]
    wrong: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    puts: set[str] = field(default_factory=set)
    """Addresses that bytes were sent to."""

    def watch(self, context: BrowserContext) -> None:
        """Call before the first page opens."""
        context.expose_binding("policyReport", lambda _, words: self.wrong.append(f"policy: {words}"))
        context.add_init_script(REPORT)
        self.listen(context)

    def listen(self, context: BrowserContext) -> None:
        """As `watch`, where no scripts run: what a policy forbids is only in the console then."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("dialog", self._dialog)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and message.location.get("url") not in self.refused:
            self.wrong.append(f"console: {message.text} {message.location}")

    def _error(self, error: WebError) -> None:
        self.wrong.append(f"script: {error.error}")

    def _request(self, request: Request) -> None:
        if request.method == "PUT":
            self.puts.add(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in NO_NETWORK and f"{parts.scheme}://{parts.netloc}" not in self.origins:
            self.wrong.append(f"stranger: {request.url}")

    def _dialog(self, dialog: Dialog) -> None:
        """A page that asks whether to leave it may; any other window that a page opens is a script of somebody's."""
        if dialog.type != "beforeunload":
            self.wrong.append(f"dialog: {dialog.type} {dialog.message}")
        dialog.accept()
