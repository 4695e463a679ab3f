"""Writes the sample city's files so that every machine writes the same bytes, and lists their hashes.

The gzip stream comes from the library inside the pinned Arrow wheel, with no name and no time in its header: the zlib
of the operating system differs from machine to machine.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from patrolcast.io.safe_files import replace_synced, write_errors

SUMS = "SHA256SUMS"


def write_sample_files(out: Path, texts: Mapping[str, str], *, compressed: frozenset[str]) -> dict[str, str]:
    """Writes each text below ``out``, those in ``compressed`` as ``<name>.gz``, and `SHA256SUMS` beside them.

    Returns
    -------
    Relative path -> SHA-256, in the order of the file.
    """
    sums: dict[str, str] = {}
    with write_errors(out):
        for name, text in sorted(texts.items()):
            data = text.encode()
            path = out / (f"{name}.gz" if name in compressed else name)
            data = gzip_bytes(data) if name in compressed else data
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_synced(path, data)
            sums[path.relative_to(out).as_posix()] = hashlib.sha256(data).hexdigest()
        replace_synced(out / SUMS, "".join(f"{sha}  {name}\n" for name, sha in sums.items()).encode())
    return sums


def gzip_bytes(data: bytes) -> bytes:
    """The bytes as gzip, without name and time."""
    packed = pa.Codec("gzip", compression_level=9).compress(data, asbytes=True)
    return bytes(packed)
