"""The bytes of one map layer, checked before a map library sees them: one file, one format, nothing else is opened.

GDAL, the library below GeoPandas, recognises a file by its content, whatever it is called, and knows formats that are
no more than an address: of another file, a database, a web service. So a file must hold what its ending says, and only
its bytes are handed on, in memory, where they have no neighbours. What a format may still name inside itself (a schema
of GML, a linked reference system of GeoJSON) is refused or made void.
"""

import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.io.sources.byte_stream import MAX_RATIO, require_file
from patrolcast.io.sources.layer_formats import DRIVERS, LayerBytes, one_file, shapefile

LAYER_SUFFIXES = frozenset(DRIVERS) | {".kmz"}
SHAPEFILE_PARTS = (".dbf", ".shx", ".prj", ".cpg")
_ZIPPED = (".shp", ".gpkg", ".fgb", ".kml", ".geojson", ".gml", ".topojson", ".json")
"""What is looked for in a zip, the surest first: portals pack one layer in several formats, and texts about it."""
_LARGEST = 2 * 2**30


def layer_bytes(path: Path) -> LayerBytes:
    """The one layer of a file.

    Raises
    ------
    DataRefusedError
        an ending that no layer has, other content than the ending says, several layers, or content that leads to
        another file or an address.
    NotPermittedError
        the system refuses to open it.
    """
    require_file(path)
    if is_zip(path):
        return _zipped(path)
    if path.suffix.lower() == ".shp":
        return shapefile(path.name, {part.suffix.lower(): _read(part) for part in shapefile_parts(path)})
    return one_file(path.name, path.suffix.lower(), _read(path))


def is_zip(path: Path) -> bool:
    """True when the file begins as a zip does."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def holds_layer(path: Path) -> bool:
    """True for a zip with a shapefile inside."""
    if not is_zip(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.lower().endswith(".shp") for name in archive.namelist())
    except zipfile.BadZipFile:
        return False


def shapefile_parts(path: Path) -> list[Path]:
    """The ``.shp`` and the files that belong to it, however their endings are written.

    Raises DataRefusedError: a part that is no ordinary file, or is a link to another folder than that of the ``.shp``.
    """
    parts = [path]
    for ending in SHAPEFILE_PARTS:
        there = (path.with_suffix(spelling) for spelling in (ending, ending.upper()))
        part = next((candidate for candidate in there if candidate.is_symlink() or candidate.exists()), None)
        if part is None:
            continue
        if part.resolve().parent != path.resolve().parent:
            rule = "the parts of a shapefile lie in one folder"
            raise DataRefusedError(part.name, got="a link to another folder", rule=rule, cure="copy the part itself")
        require_file(part)
        parts.append(part)
    return parts


def _read(path: Path) -> bytes:
    if path.stat().st_size > _LARGEST:
        rule = f"at most {_LARGEST >> 30} GiB a layer"
        raise DataRefusedError(path.name, got="a larger file", rule=rule, cure="cut the layer to the city")
    return path.read_bytes()


def _zipped(path: Path) -> LayerBytes:
    """The one layer inside a zip, whatever the zip's own ending."""
    cure = "zip the layer alone, without a password"
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
            _require_bounded(path, infos)
            members = {_inside(path, info.filename): info for info in infos}
            layers = next((matching for ending in _ZIPPED if (matching := _with_ending(members, ending))), [])
            if not layers:
                rule = "must be a map layer"
                raise DataRefusedError(path.name, got="a zip without a layer", rule=rule, cure="zip a shapefile")
            if len(layers) > 1:
                got = f"{len(layers)} layers ({', '.join(map(shown, layers[:4]))})"
                raise DataRefusedError(path.name, got=got, rule="a zip holds one layer", cure="zip the layer alone")
            stem, ending = layers[0].rsplit(".", 1)[0], PurePosixPath(layers[0]).suffix.lower()
            if ending != ".shp":
                return one_file(path.name, ending, archive.read(members[layers[0]]))
            named = {member.casefold(): info for member, info in members.items()}
            wanted = {ending: named.get((stem + ending).casefold()) for ending in (".shp", *SHAPEFILE_PARTS)}
            return shapefile(
                path.name, {ending: archive.read(info) for ending, info in wanted.items() if info is not None}
            )
    except DataRefusedError:
        raise
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        got = shown(str(error) or type(error).__name__)
        raise DataRefusedError(path.name, got=got, rule="must be a whole zip", cure=cure) from None


def _with_ending(members: Iterable[str], ending: str) -> list[str]:
    return sorted(member for member in members if PurePosixPath(member).suffix.lower() == ending)


def _is_litter(name: str) -> bool:
    """What an operating system packs beside the files."""
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or parts[-1].startswith("._")


def _require_bounded(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(info.file_size for info in infos)
    if (unpacked > 2**26 and unpacked > MAX_RATIO * path.stat().st_size) or unpacked > _LARGEST:
        rule = f"an archive unpacks to at most {MAX_RATIO} times its size"
        raise DataRefusedError(path.name, got=f"{unpacked:,} bytes", rule=rule, cure="unpack it and look at it")


def _inside(path: Path, name: str) -> str:
    inside = PurePosixPath(name.replace("\\", "/"))
    if ".." in inside.parts or inside.is_absolute():
        rule, cure = "stays inside the archive", "pack the layer alone"
        raise DataRefusedError(path.name, got=f"the path {shown(name)}", rule=rule, cure=cure)
    return str(inside)
