"""A directory on the loopback interface: as much of OpenID Connect as a sign-in needs, for any user it is given."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

CLIENT, SECRET = "console", "a secret of the test"


@contextmanager
def directory_of(claims: dict[str, object], **token: object) -> Iterator[str]:
    """A provider that signs in whoever ``claims`` describe at that moment, without asking; its address.

    Parameters
    ----------
    token : claims of its signed token that are other than they must be.
    """
    key = generate_private_key(SECP256R1())

    class Provider(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        @property
        def here(self) -> str:
            return f"http://127.0.0.1:{self.server.server_address[1]}"

        def answer(self, document: dict[str, object]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/.well-known/openid-configuration":
                ends = {name: f"{self.here}/{name}" for name in ("authorize", "token", "userinfo", "keys")}
                self.answer(
                    {
                        "issuer": self.here, "authorization_endpoint": ends["authorize"],
                        "token_endpoint": ends["token"], "userinfo_endpoint": ends["userinfo"],
                        "jwks_uri": ends["keys"], "id_token_signing_alg_values_supported": ["ES256"],
                    }
                )  # fmt: skip
            elif parts.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                given = urlencode({"code": "a-code", "state": asked["state"]})
                self.send_header("Location", f"{asked['redirect_uri']}?{given}")
                self.end_headers()
            elif parts.path == "/keys":
                self.answer({"keys": [{**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key())), "kid": "1"}]})
            elif parts.path == "/userinfo" and self.headers["Authorization"] == "Bearer a-token":
                self.answer(claims)
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            right = body.get("code") == ["a-code"] and body.get("client_secret") == [SECRET]
            if self.path == "/token" and right and body.get("code_verifier"):
                now = int(time.time())
                said = {"iss": self.here, "aud": CLIENT, "iat": now, "exp": now + 60, "sub": claims["sub"], **token}
                id_token = jwt.encode(said, key, algorithm="ES256", headers={"kid": "1"})
                self.answer({"access_token": "a-token", "token_type": "Bearer", "expires_in": 60, "id_token": id_token})
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


@contextmanager
def signing_in_at(server: str, **options: Any) -> Iterator[None]:
    """The console as one whose `console.toml` names this directory, and has these options."""
    from django.conf import settings
    from django.test import override_settings

    from patrolcast.web.settings import _signing_in_elsewhere, _transport
    from patrolcast.web.start import replace_options
    from patrolcast.web.state import Directory

    directory = Directory(name="Police", server=server, client_id=CLIENT, client_secret_env="DIRECTORY_SECRET")
    told = replace_options(settings.PATROLCAST["options"], directory=directory.model_dump(), **options)
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("DIRECTORY_SECRET", SECRET)
        changed.setitem(settings.PATROLCAST, "options", told)
        policy = _transport(told, public=False)["CONTENT_SECURITY_POLICY"]
        with override_settings(**_signing_in_elsewhere(directory), CONTENT_SECURITY_POLICY=policy):
            yield
