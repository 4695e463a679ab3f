"""The way to a portal: what is one line, what is asked again, and that a trickle or a flood has an end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from patrolcast.domain.errors import CannotReadError, DataRefusedError
from patrolcast.domain.settings.outside import DatasetAddress
from patrolcast.io.portals import client
from patrolcast.io.portals.client import Client


@contextmanager
def saying(*parts: bytes, seconds: float = 0.0) -> Iterator[DatasetAddress]:
    """A server that sends these bytes to whoever calls, with waits between them."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def serve() -> None:
            server.settimeout(0.05)
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.recv(65_536)
                    for part in parts:
                        try:
                            connection.sendall(part)
                        except OSError:
                            break
                        stop.wait(seconds)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield DatasetAddress("ckan", "127.0.0.1", server.getsockname()[1], "x")
        finally:
            stop.set()
            thread.join()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "parts",
    [
        (HEAD, b'Content-Length: 10\r\n\r\n{"a":', b' "b"}'),
        (HEAD, b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n', b'5\r\n "b"}\r\n0\r\n\r\n'),
        (HEAD, b'Connection: close\r\n\r\n{"a": "b"}'),
    ],
    ids=["length", "chunks", "until it closes"],
)
def test_an_answer_is_read_however_it_is_sent(parts: tuple[bytes, ...]) -> None:
    with saying(*parts) as address:
        assert Client(address).json("/x", _limit="1") == {"a": "b"}


def test_a_trickle_ends_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000, 20))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    trickle = [b"Content-Length: 5000\r\n\r\n", *[b" "] * 500]
    with (
        saying(HEAD, *trickle, seconds=0.005) as address,
        pytest.raises(CannotReadError, match=r"got no end in that time; \[portal\] max_minutes is 2;"),
    ):
        Client(address, max_seconds=120.0, sleep=lambda seconds: None).json("/x")


def test_a_flood_ends_with_the_cap_of_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LARGEST_ANSWER", 3000)
    body = b'"' + b"x" * 5000 + b'"'
    with saying(HEAD + b"Content-Length: 5002\r\n\r\n" + body) as address:
        with pytest.raises(DataRefusedError, match="more bytes than that"):
            Client(address).json("/x")
        monkeypatch.setattr(client, "LARGEST_ANSWER", 6000)
        assert len(Client(address).json("/x")) == 5000


def test_no_wait_leads_beyond_the_time() -> None:
    waits: list[float] = []
    with (
        saying(b"HTTP/1.1 429 Busy\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n") as address,
        pytest.raises(CannotReadError, match="status 429 and the wish to wait 90 s"),
    ):
        Client(address, max_seconds=60.0, sleep=waits.append).json("/x")
    assert waits == []


def test_redirects_have_an_end() -> None:
    with (
        saying(b"HTTP/1.1 302 There\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n") as address,
        pytest.raises(DataRefusedError, match="redirects without end"),
    ):
        Client(address).json("/x")


@pytest.mark.parametrize(
    "location", ["https://127.0.0.1/x", "//elsewhere.example/x", "http://127.0.0.1:1/x", "", "ftp://x"]
)
def test_a_redirect_to_anything_else_is_refused(location: str) -> None:
    reply = f"HTTP/1.1 302 There\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
    with saying(reply) as address, pytest.raises(DataRefusedError, match="got a redirect to "):
        Client(address).json("/x")


def test_a_portal_without_encryption_is_one_line() -> None:
    with saying(b"HTTP/1.1 400 Bad Request\r\n\r\n") as address:
        at = Client(address)
        at._pool = client.urllib3.HTTPSConnectionPool("127.0.0.1", address.port)
        with pytest.raises(CannotReadError, match="got a certificate or encryption that is not valid"):
            at.json("/x")
