"""A directory on the loopback interface: as much of OpenID Connect as a sign-in needs, for any user it is given."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit


@contextmanager
def directory_of(claims: dict[str, object]) -> Iterator[str]:
    """A provider that signs in whoever ``claims`` describe, without asking; its address."""

    class Provider(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def answer(self, document: dict[str, object]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            here = f"http://127.0.0.1:{self.server.server_address[1]}"
            if parts.path == "/.well-known/openid-configuration":
                ends = {name: f"{here}/{name}" for name in ("authorize", "token", "userinfo", "keys")}
                self.answer(
                    {
                        "issuer": here, "authorization_endpoint": ends["authorize"], "token_endpoint": ends["token"],
                        "userinfo_endpoint": ends["userinfo"], "jwks_uri": ends["keys"],
                    }
                )  # fmt: skip
            elif parts.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                given = urlencode({"code": "a-code", "state": asked["state"]})
                self.send_header("Location", f"{asked['redirect_uri']}?{given}")
                self.end_headers()
            elif parts.path == "/userinfo" and self.headers["Authorization"] == "Bearer a-token":
                self.answer(claims)
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            right = body.get("code") == ["a-code"] and body.get("client_secret") == ["a secret of the test"]
            if self.path == "/token" and right and body.get("code_verifier"):
                self.answer({"access_token": "a-token", "token_type": "Bearer", "expires_in": 60})
            else:
                self.send_error(401)

    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
