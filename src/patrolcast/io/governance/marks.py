"""What marks a comment on the trail as taken, and gives away nothing of it.

A plain hash of a short comment could be found by trying likely ones, even after its words were redacted. So the mark is
an HMAC-SHA-256 under a key that lies with the detached texts, readable to the account that writes them alone. Where the
key is lost, a form that is exported again is entered once more.
"""

import hashlib
import hmac
import secrets
from pathlib import Path

from patrolcast.domain.errors import CannotWriteError
from patrolcast.io.safe_files import write_errors, write_new_private
from patrolcast.io.trail.texts import FOLDER

_KEY = "form-marks.key"
_BYTES = 32


def marks_key(trail: Path) -> bytes:
    """The key of a trail's folder, made where there is none. Raises CannotWriteError and NotPermittedError."""
    path = trail / FOLDER / _KEY
    with write_errors(path):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            write_new_private(path, key := secrets.token_bytes(_BYTES))
        except FileExistsError:
            if len(key := path.read_bytes()) != _BYTES:
                cure = "move it away: a form that is exported again is then entered once more"
                raise CannotWriteError(_KEY, got=f"{len(key)} bytes", rule=f"holds {_BYTES}", cure=cure) from None
        return key


def mark_of(key: bytes, identity: str) -> str:
    """The mark of what identifies a comment: 16 hexadecimal digits.

    >>> mark_of(b"k" * 32, "a") == mark_of(b"k" * 32, "a") != mark_of(b"l" * 32, "a")
    True
    """
    return hmac.new(key, identity.encode(), hashlib.sha256).hexdigest()[:16]
