"""The bytes of one export, whatever they are packed in: plain, gzip, or a zip with exactly one file inside.

An archive is hostile until it is read: it may unpack without end, hold another archive, point outside itself, or ask
for a password. The limits are counted while unpacking, so what an archive says about itself is never believed.
"""

import gzip
import io
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, cast

from patrolcast.domain.errors import DataRefusedError, NotPermittedError, shown

MAX_RATIO = 250
MAX_UNPACKED = 64 * 2**30
_FREE = 64 * 2**20
_ENCRYPTED = 1
_FILLING, _MOST_FILLING = b"\0\x1a", 2**20


class BytesBudget(io.RawIOBase):
    """Unpacked bytes of an archive, refused when they outgrow what was packed."""

    def __init__(self, file: IO[bytes], name: str, packed: int) -> None:
        self._file, self._name, self._packed, self._given = file, name, max(packed, 1), 0

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most ``size``."""
        try:
            data = self._file.read(size if size >= 0 else 2**22)
        except (EOFError, zlib.error, OSError, zipfile.BadZipFile, RuntimeError) as error:
            got = shown(str(error) or type(error).__name__)
            raise DataRefusedError(self._name, got=got, rule="must unpack", cure="copy the whole file again") from None
        self._given += len(data)
        if self._given > MAX_UNPACKED or (self._given > _FREE and self._given > MAX_RATIO * self._packed):
            gib = f"{MAX_UNPACKED >> 30} GiB"
            limit = gib if self._given > MAX_UNPACKED else f"{MAX_RATIO} times its size"
            raise DataRefusedError(
                self._name,
                got=f"more than {limit} unpacked",
                rule=f"an archive unpacks to at most {MAX_RATIO} times its size and {gib}",
                cure="unpack it yourself and look at it",
            )
        return data

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """The next bytes, into ``buffer``."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Closes the archive too."""
        self._file.close()
        super().close()


class TrimmedEnd(io.RawIOBase):
    """Bytes without the NULs and ^Z at their very end; ``n_cut`` counts them once all is read.

    More than a mebibyte of them is no filling: it is handed on, and the rows that hold it are refused.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._held, self.n_cut = file, b"", 0

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes, ``size`` and a few held ones at most; none only at the end."""
        while data := self._file.read(size if size > 0 else 2**22):
            whole = self._held + data if self._held else data
            trimmed = whole.rstrip(_FILLING)
            self._held = whole[len(trimmed) :]
            if len(self._held) > _MOST_FILLING:
                trimmed, self._held = whole, b""
            if trimmed:
                return trimmed
        self.n_cut, self._held = self.n_cut + len(self._held), b""
        return b""

    def close(self) -> None:
        """Closes the file too."""
        self._file.close()
        super().close()


def is_there(path: Path) -> bool:
    """True when the path is a file."""
    return path.is_file()


def require_file(path: Path) -> None:
    """Refuse what is no ordinary file with something in it.

    Raises
    ------
    DataRefusedError
        missing, empty, a folder, a pipe, a device.
    NotPermittedError
        the system refuses to open it.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            with path.open("rb") as file:
                if not file.read(1):
                    cure = "export it again"
                    raise DataRefusedError(path.name, got="an empty file", rule="must hold data", cure=cure)
            return
    except PermissionError:
        raise NotPermittedError(path.name, got="permission denied", rule="must be readable") from None
    except OSError:
        raise DataRefusedError(path.name, got="no such file", rule="must exist", cure="check the path") from None
    raise DataRefusedError(path.name, got=_kind(mode), rule="must be an ordinary file", cure="name the export itself")


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a pipe" if stat.S_ISFIFO(mode) else "a device"


def is_packed(head: bytes) -> bool:
    r"""True for the first bytes of a gzip or zip, of which :func:`open_bytes` gives what is inside.

    >>> [is_packed(head) for head in (b"\x1f\x8b\x08", b"PK\x03\x04", b"PK\x05\x06", b"PK_ID,offence")]
    [True, True, True, False]
    """
    return head.startswith((b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06"))


def open_bytes(path: Path) -> IO[bytes]:
    """The unpacked bytes of a file; its first bytes show what it is packed in.

    Raises DataRefusedError: an archive that is damaged, encrypted, nested, or holds anything but one ordinary file.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(b"\x1f\x8b"):
        return _nested(BytesBudget(cast(IO[bytes], gzip.open(path)), path.name, path.stat().st_size), path)
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _nested(_open_zip(path), path)
    return path.open("rb")


def _open_zip(path: Path) -> BytesBudget:
    cure = "pack the export alone, without a password"
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise DataRefusedError(path.name, got=shown(str(error)), rule="must be a whole zip", cure=cure) from None
    members = [info for info in archive.infolist() if not info.is_dir()]
    if {"[Content_Types].xml", "xl/workbook.xml"} & {info.filename for info in members}:
        raise DataRefusedError(path.name, got="an Excel workbook", rule="must be CSV", cure="save it as CSV UTF-8")
    rule = "a zip holds exactly one ordinary file"
    if len(members) != 1:
        raise DataRefusedError(path.name, got=f"{len(members)} files", rule=rule, cure=cure)
    info = members[0]
    inside = PurePosixPath(info.filename.replace("\\", "/"))
    if inside.is_absolute() or ".." in inside.parts:
        raise DataRefusedError(path.name, got=f"the path {shown(info.filename)}", rule=rule, cure=cure)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise DataRefusedError(path.name, got="a symbolic link", rule=rule, cure=cure)
    if info.flag_bits & _ENCRYPTED:
        raise DataRefusedError(path.name, got="an encrypted file", rule=rule, cure=cure)
    try:
        return BytesBudget(archive.open(info), path.name, path.stat().st_size)
    except (NotImplementedError, zipfile.BadZipFile) as error:
        raise DataRefusedError(path.name, got=shown(str(error)), rule=rule, cure=cure) from None


def _nested(file: BytesBudget, path: Path) -> IO[bytes]:
    whole = io.BufferedReader(cast(io.RawIOBase, file), 2**20)
    if whole.peek(4)[:4].startswith((b"PK\x03\x04", b"\x1f\x8b")):
        raise DataRefusedError(
            path.name, got="an archive inside an archive", rule="packed at most once", cure="unpack it once"
        )
    return cast(IO[bytes], whole)
