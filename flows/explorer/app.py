"""The explorer as a web application: the pages, the two files that they load, and the guard before all of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from flows.explorer.catalog import Catalog
from flows.explorer.database import Database
from flows.explorer.guard import Guard, page_policy
from flows.explorer.lister import Lister
from flows.explorer.views import VIEWS, Explorer, Values
from flows.explorer.wordlists import FOLDER, WordLists
from flows.pages.render import FOLDER as PAGES
from flows.pages.render import style
from tasks.errors import StorageError, UsageError, WinnowError
from tasks.settings import Settings

INLINE_STYLE = f"\n{style()}\n"
"""The style that stands in each page, as the layout puts it there."""

_LOADED = {"/explore.css": "text/css", "/explore.js": "text/javascript"}


def open_explorer(settings: Settings) -> Explorer:
    """An explorer of these folders. `UsageError` where nothing is published."""
    catalog = Catalog(settings.curated)
    catalog.current()
    lists = WordLists(settings.work / FOLDER)
    return Explorer(
        catalog, Database(settings.curated), lists, Lister(catalog, lists), settings.raw, page_policy(INLINE_STYLE)
    )


def make_app(explorer: Explorer, port: int) -> Guard:
    """The application, as it answers at this port of this machine."""
    routes = [Route(path, _answer(explorer, view)) for path, view in VIEWS]
    routes += [Route(path, _send(PAGES / path[1:], kind)) for path, kind in _LOADED.items()]

    def show_error(_request: Request, error: Exception) -> Response:
        status, shown = _status(error), error
        if isinstance(error, HTTPException):
            shown = UsageError(problem="there is no such page", hint="start from the list of documents")
        page = explorer.page("explore_error.html", "This cannot be shown", None, error=shown)
        return HTMLResponse(page, status)

    starlette = Starlette(routes=routes, exception_handlers={WinnowError: show_error, HTTPException: show_error})
    return Guard(starlette, port, f"{explorer.policy}; frame-ancestors 'none'")


def _answer(explorer: Explorer, view: Callable[[Explorer, Values], str]) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:  # in a thread: queries take their time
        values = {**dict(request.query_params), **{name: str(value) for name, value in request.path_params.items()}}
        return HTMLResponse(view(explorer, values))

    return answer


def _send(path: Path, kind: str) -> Callable[[Request], Response]:
    content = path.read_bytes()
    return lambda _request: Response(content, media_type=kind)


def _status(error: Exception) -> int:
    if isinstance(error, HTTPException):
        return error.status_code
    return 503 if isinstance(error, StorageError) else 404
