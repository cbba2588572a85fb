"""Who may ask, and what a page may do: this machine only, reading only, and nothing from elsewhere.

A page of another site can make a browser send requests here, and a name that someone else's server answers for can be
made to lead here (DNS rebinding). The first says so in `Origin` or `Sec-Fetch-Site`, the second in `Host`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def page_policy(inline_style: str) -> str:
    """What a page may load: the scripts and styles of the explorer, and the one style that stands in it."""
    digest = base64.b64encode(hashlib.sha256(inline_style.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'sha256-{digest}'; img-src data:; "
        "form-action 'self'; base-uri 'none'"
    )


class Guard:
    """Refuses what must not be answered, and sends each answer with what holds the browser to it."""

    def __init__(self, app: App, port: int, content_policy: str) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}" for name in LOOPBACK} | ({*LOOPBACK} if port == 80 else set())
        self._headers = [
            (b"content-security-policy", content_policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cache-control", b"no-store"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return

        async def send_guarded(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self._headers]
            await send(message)

        refusal = self._refuse(scope)
        if refusal is None:
            await self._app(scope, receive, send_guarded)
            return
        status, problem = refusal
        headers = [(b"content-type", b"text/plain; charset=utf-8")] + ([(b"allow", b"GET, HEAD")] * (status == 405))
        await send_guarded({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": problem.encode()})

    def _refuse(self, scope: Scope) -> tuple[int, str] | None:
        """The status and the reason, where a request must not be answered."""
        headers: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.lower(), []).append(value.decode("latin-1"))
        host = headers.get(b"host", [])
        if len(host) != 1 or host[0].lower() not in self._hosts:
            return 421, "The explorer answers only to the addresses of this machine. Open it as http://127.0.0.1.\n"
        if scope["method"] not in ("GET", "HEAD"):
            return 405, "The explorer only shows: it answers to GET and HEAD.\n"
        origins = headers.get(b"origin", [])
        if any(origin.lower() not in {f"http://{name}" for name in self._hosts} for origin in origins):
            return 403, "This request comes from another site. Open the address by hand.\n"
        if any(site not in ("same-origin", "none") for site in headers.get(b"sec-fetch-site", [])):
            return 403, "This request comes from another site. Open the address by hand.\n"
        return None
