"""The named city of each time zone, from the time zone database."""

from importlib.resources import files


def zone_cities() -> list[tuple[str, float, float]]:
    """IANA zone, longitude and latitude of its named city (degrees); empty where the database is missing."""
    try:
        table = (files("tzdata") / "zoneinfo" / "zone1970.tab").read_text(encoding="utf-8")
    except (ModuleNotFoundError, FileNotFoundError):
        return []
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return [(row[2], *_position(row[1])) for row in rows]


def _position(text: str) -> tuple[float, float]:
    """ISO 6709, ``+415100-0873900`` or ``+4151-08739``, as longitude and latitude; seconds are left out."""
    cut = max(text.rfind("+"), text.rfind("-"))
    return _degrees(text[cut:], 3), _degrees(text[:cut], 2)


def _degrees(text: str, digits: int) -> float:
    sign, rest = (-1 if text[0] == "-" else 1), text[1:]
    return sign * (int(rest[:digits]) + int(rest[digits : digits + 2]) / 60)
