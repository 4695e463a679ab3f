"""A zip that is the same to the byte each time it is made: names in order, one date, no owner; and its verifiers."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from patrolcast.domain.errors import CannotReadError

VERIFIERS = {"verify.py": "verify_kit.py", "verify_trail.py": "verify_trail.py"}
"""Name in a kit -> file in `tools/`: they need Python alone, and import nothing of patrolcast."""
_TOOLS = Path(__file__).parents[4] / "tools"
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip. The same files give the same bytes, as long as zlib packs alike."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            about = zipfile.ZipInfo(name, _FIRST_DATE)
            about.external_attr, about.create_system = _PLAIN_FILE, 3
            archive.writestr(about, files[name], zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def verifiers(folder: Path = _TOOLS) -> dict[str, bytes]:
    """The stand-alone verifiers by their name in a kit.

    Raises CannotReadError: patrolcast was installed without its checkout.
    """
    try:
        return {name: (folder / file).read_bytes() for name, file in VERIFIERS.items()}
    except OSError:
        rule, cure = "a kit carries its verifiers, which lie in tools/ of the checkout", "install from a checkout"
        raise CannotReadError("tools/verify_kit.py", got="no such file", rule=rule, cure=cure) from None
