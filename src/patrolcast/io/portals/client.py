"""The way to one portal: GET of JSON from one host, within caps of time and size.

Only what passes by itself is asked again: a lost connection, "too many requests" (429) and a failing server (5xx), five
times in all, after the wait that the server states (`Retry-After`) or a growing one. All else would be the same a
moment later. A redirect is followed on the same host and nowhere else. The token travels in a header alone, so no
address, message or file can hold it.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3
from tenacity import RetryCallState, Retrying, retry_if_exception_type
from urllib3.exceptions import HTTPError, LocationParseError, NameResolutionError, SSLError

from patrolcast import __version__
from patrolcast.domain.errors import (
    CannotReadError,
    ConfigError,
    DataRefusedError,
    NotPermittedError,
    PatrolcastError,
    shown,
)
from patrolcast.domain.settings.outside import DatasetAddress
from patrolcast.io.strict_json import read_json

TRIES = 5
LONGEST_WAIT = 300.0
"""Seconds: a portal that asks for a longer wait is asked again by the next start."""
LARGEST_ANSWER = 256 * 2**20
_TIMEOUT = urllib3.Timeout(connect=15.0, read=60.0)
_REDIRECTS = {301, 302, 303, 307, 308}
_MOST_REDIRECTS = 3
_PIECE = 2**16
pause = time.sleep


class _PassingError(Exception):
    """What may be gone a moment later; ``wait``: seconds that the server asks for."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


def no_status(answer: Any) -> None:  # noqa: ANN401
    """Most portals send no error with "200 OK"."""


@dataclass
class Client:
    """One portal.

    Attributes
    ----------
    address : whose host is the only one that is ever connected.
    headers : the token's header among them; never printed.
    max_bytes : of all answers together.
    max_seconds : from now, waits included.
    status_in : status and words of an error that the portal sends with "200 OK"; None where the answer is none.
    """

    address: DatasetAddress
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    max_bytes: int = 8_000_000_000
    max_seconds: float = 7200.0
    status_in: Callable[[Any], tuple[int, str] | None] = no_status
    sleep: Callable[[float], None] = field(default_factory=lambda: pause)
    n_bytes: int = 0

    def __post_init__(self) -> None:
        self._pool = urllib3.connection_from_url(self.address.base, maxsize=1, timeout=_TIMEOUT)
        self._end = time.monotonic() + self.max_seconds

    @property
    def what(self) -> str:
        """The portal as messages name it."""
        return f"portal {self.address.host}"

    def json(self, path: str, **parameters: str) -> Any:  # noqa: ANN401
        """The JSON that the portal answers.

        Parameters
        ----------
        path : on the host, with its first slash.
        parameters : parameters of the query; a leading ``_`` stands for ``$``.

        Raises
        ------
        CannotReadError
            the host is not known or not reached, keeps failing, or asks for too long a wait.
        NotPermittedError
            it refuses us (401, 403).
        ConfigError
            it does not know what is asked for (other 4xx).
        DataRefusedError
            no JSON, a redirect to another host, or more than the caps allow.
        """
        query = urlencode({f"${name[1:]}" if name[0] == "_" else name: value for name, value in parameters.items()})
        again = Retrying(
            retry=retry_if_exception_type(_PassingError),
            stop=self._is_enough,
            wait=_wait,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return again(self._once, f"{path}?{query}" if query else path)
        except _PassingError as error:
            got = f"{error}" + ("" if error.wait is None else f" and the wish to wait {error.wait:.0f} s")
            rule, cure = f"is tried {TRIES} times", "fetch again later: it goes on where this one ended"
            raise CannotReadError(self.what, got=got, rule=rule, cure=cure) from None

    def _is_enough(self, state: RetryCallState) -> bool:
        wait = _wait(state)
        return state.attempt_number >= TRIES or wait > LONGEST_WAIT or time.monotonic() + wait > self._end

    def _once(self, target: str) -> Any:  # noqa: ANN401
        for _ in range(_MOST_REDIRECTS + 1):
            response = self._ask(target)
            try:
                if response.status not in _REDIRECTS:
                    return self._answer(response)
                target = self._next_target(target, response.headers.get("Location", ""))
            finally:
                response.close()
        raise DataRefusedError(self.what, got="redirects without end", rule="must answer", cure="look at the address")

    def _ask(self, target: str) -> urllib3.BaseHTTPResponse:
        self._require_time()
        headers = {"Accept": "application/json", "User-Agent": f"patrolcast/{__version__}", **self.headers}
        try:
            return self._pool.request(
                "GET", target, headers=headers, retries=False, redirect=False, preload_content=False
            )
        except NameResolutionError:
            cure = "check the host, and the network of this machine"
            raise CannotReadError(
                self.what, got="a host that nobody knows", rule="must be reachable", cure=cure
            ) from None
        except SSLError:
            got, cure = "a certificate or encryption that is not valid", "ask the portal; nothing was sent to it"
            raise CannotReadError(self.what, got=got, rule="HTTPS must hold", cure=cure) from None
        except (HTTPError, OSError):
            raise _PassingError("a connection that was lost") from None

    def _answer(self, response: urllib3.BaseHTTPResponse) -> Any:  # noqa: ANN401
        if response.status == 429 or response.status >= 500:
            raise _PassingError(f"status {response.status}", _seconds(response.headers.get("Retry-After")))
        body = self._body(response)
        if response.status != 200:
            raise self._refusal(response.status, _message(body))
        try:
            answer = read_json(body, name=self.what)
        except DataRefusedError as error:
            kind = response.headers.get("Content-Type", "no type")
            got = f"an answer of {len(body):,} bytes of {shown(kind)} that is no JSON ({error.got})"
            rule, cure = "must be whole JSON", "open the dataset in a browser; then fetch again"
            raise DataRefusedError(self.what, got=got, rule=rule, cure=cure) from None
        if (error_in := self.status_in(answer)) is not None:
            status, words = error_in
            if status == 429 or status >= 500:
                raise _PassingError(f"status {status}")
            raise self._refusal(status, words)
        return answer

    def _body(self, response: urllib3.BaseHTTPResponse) -> bytes:
        """All bytes of the answer, piece by piece, so that neither a flood nor a trickle goes on for ever."""
        body = bytearray()
        try:
            while piece := response.read1(_PIECE):
                body += piece
                self.n_bytes += len(piece)
                self._require_time()
                if self.n_bytes > self.max_bytes or len(body) > LARGEST_ANSWER:
                    rule = f"at most {LARGEST_ANSWER >> 20} MB an answer, and [portal] max_megabytes in all"
                    cure = "ask for fewer rows with [portal] where, or raise max_megabytes"
                    raise DataRefusedError(self.what, got="more bytes than that", rule=rule, cure=cure)
        except (HTTPError, OSError):
            raise _PassingError("a connection that was lost") from None
        return bytes(body)

    def _require_time(self) -> None:
        if time.monotonic() > self._end:
            got, cure = "no end in that time", "fetch again: it goes on where this one ended; or raise max_minutes"
            rule = f"[portal] max_minutes is {self.max_seconds / 60:g}"
            raise CannotReadError(self.what, got=got, rule=rule, cure=cure)

    def _next_target(self, target: str, location: str) -> str:
        try:
            to = urlsplit(urljoin(self.address.base + target, location))
            stays = bool(location) and f"{to.scheme}://{to.netloc}".lower() == self.address.base
            host = to.hostname or "nowhere"
        except (ValueError, LocationParseError):
            stays, host = False, "an address that cannot be read"
        if not stays:
            rule = "only the host of the address is asked"
            cure = "if that is the portal's new home, name it in the address"
            raise DataRefusedError(self.what, got=f"a redirect to {shown(host)}", rule=rule, cure=cure)
        return to.path + (f"?{to.query}" if to.query else "")

    def _refusal(self, status: int, words: str) -> PatrolcastError:
        for secret in self.headers.values():
            words = words.replace(secret, "***").replace(secret.removeprefix("Bearer "), "***")
        got = f"status {status}" + (f" and {shown(words)}" if words else "")
        if status in {401, 403, 498, 499}:
            cure = "check the variable of [portal] token, and that the dataset is public"
            return NotPermittedError(self.what, got=got, rule="must let us in", cure=cure)
        cure = "open the dataset in a browser, and compare its address, columns and [portal] where"
        return ConfigError(self.what, got=got, rule="must know what is asked for", cure=cure)


def _wait(state: RetryCallState) -> float:
    """Seconds until the next try: what the server asks for, else 1, 2, 4, 8 and a little more by chance."""
    error = state.outcome.exception() if state.outcome is not None else None
    if isinstance(error, _PassingError) and error.wait is not None:
        return error.wait
    return 2.0 ** (state.attempt_number - 1) + random.random()


def _seconds(text: str | None) -> float | None:
    """Retry-After in seconds; a date or nonsense is no number, and the usual wait is taken."""
    return float(text) if text is not None and text.isascii() and text.isdigit() else None


def _message(body: bytes) -> str:
    """What the portal says of a request that it refuses; never more than a line of it is shown."""
    try:
        answer = read_json(body[:20_000], name="answer")
    except DataRefusedError:
        return ""
    error = answer.get("error", answer) if isinstance(answer, dict) else {}
    words = error.get("message", "") if isinstance(error, dict) else error
    return words if isinstance(words, str) else ""
