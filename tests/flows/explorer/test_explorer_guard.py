"""The explorer answers to this machine alone, shows alone, and holds the browser to it."""

import socket

import httpx
import pytest

from flows.explorer.serving import served
from flows.pages.render import style
from tasks.errors import UsageError


def host_of(client: httpx.Client) -> str:
    return f"{client.base_url.host}:{client.base_url.port}"


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_it_answers_to_the_names_of_this_machine(client, name: str) -> None:
    assert client.get("/", headers={"Host": f"{name}:{client.base_url.port}"}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:PORT", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:PORT", "192.168.0.2:PORT",
     "127.0.0.1:PORT@evil.example", "0.0.0.0:PORT", ""],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/explore.js", "/document/a/2026-01-01/" + "0" * 32, "/nowhere"])
def test_it_refuses_other_names(client, host: str, path: str) -> None:
    answer = client.get(path, headers={"Host": host.replace("PORT", str(client.base_url.port))})
    assert answer.status_code in (400, 421)
    assert "Winnow" not in answer.text


def test_it_refuses_two_names_and_none(client) -> None:
    for hosts in (f"Host: {host_of(client)}\r\nHost: {host_of(client)}\r\n", ""):
        with socket.create_connection((client.base_url.host, client.base_url.port)) as line:
            line.sendall(f"GET / HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n".encode())
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        assert answer.split()[1] in (b"400", b"421")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://HOST"}, 200),
        ({"Origin": "https://HOST"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403),
    ],
)
def test_it_refuses_what_other_sites_ask_for(client, headers: dict[str, str], status: int) -> None:
    asked = {name: value.replace("HOST", host_of(client)) for name, value in headers.items()}
    assert client.get("/", headers=asked).status_code == status


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_it_only_shows(client, method: str) -> None:
    answer = client.request(method, "/")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_head_is_an_answer_without_a_body(client) -> None:
    answer = client.head("/")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("path", ["/", "/rejected", "/changes", "/explore.css", "/explore.js", "/nowhere", "/?label=x"])
def test_every_answer_holds_the_browser_to_the_policy(client, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_the_style_in_the_page_is_the_one_that_the_policy_names(client) -> None:
    assert f"<style>\n{style()}\n</style>" in client.get("/").text


@pytest.mark.parametrize(
    "path",
    [
        "/document/../../etc/passwd",
        "/document/harbour-news/2026-11-14/..%2f..%2fetc%2fpasswd",
        "/document/..%2f..%2fetc/2026-11-14/" + "0" * 32,
        "/explore.css/../../../pyproject.toml",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/?snapshot=..%2f..%2f..%2fetc",
        "/changes?before=..%2f..&after=..",
        "/changes?before=.work",
        "/changes/x/2026-01-01/" + "0" * 32,
        "/document/harbour-news/2026-11-14/" + "0" * 32,
        "/rejected?reason='--",
        "/rejected?start=-1",
        "/?text=%00%ff",
    ],
)
def test_no_address_leads_anywhere_else(client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (200, 404)
    assert "root:x:" not in answer.text
    assert answer.status_code == 404 or "text=" in path


def test_a_port_that_is_taken_is_said(samples, client) -> None:
    with pytest.raises(UsageError, match="cannot be taken"), served(samples.settings(), client.base_url.port):
        pass


def test_without_a_snapshot_there_is_nothing_to_explore(house) -> None:
    with pytest.raises(UsageError, match="nothing is published"), served(house.settings(), 0):
        pass


def test_it_listens_on_the_loopback_alone(client) -> None:
    name = socket.gethostbyname(socket.gethostname())
    if name.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((name, client.base_url.port), timeout=2)
