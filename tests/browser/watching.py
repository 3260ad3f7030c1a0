"""What must never happen in a browser: errors of scripts, refused resources, faults of the server, other sites."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page, Request, Response

# Said by the browser about every answer of 400 and above; `_answer` judges those.
REPEATED = "Failed to load resource"


class Watch:
    """Gathers what went wrong in the pages it watches. `allowed` holds the refusals a test provokes."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.found: list[str] = []
        self.requests: list[str] = []
        self.allowed: set[int] = set()

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._answer)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and REPEATED not in message.text:
            self.found.append(f"console {message.type} at {message.location.get('url')}: {message.text}")

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.found.append(f"request to another site: {request.url}")

    def _failed(self, request: Request) -> None:
        # A navigation ends what the page before it still asked for.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.found.append(f"failed: {request.method} {request.url}: {request.failure}")

    def _answer(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.allowed:
            self.found.append(f"{response.status}: {response.request.method} {response.url}")
