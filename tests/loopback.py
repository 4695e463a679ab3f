"""A server on this machine that answers nothing and notes who came: where a reader must not call."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def listening(path: str) -> Iterator[tuple[str, list[object]]]:
    """An address that ends in ``path``, and the list of callers, which grows."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    connection, peer = server.accept()
                except TimeoutError:
                    continue
                calls.append(peer)
                connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}{path}", calls
        finally:
            stop.set()
            thread.join()
