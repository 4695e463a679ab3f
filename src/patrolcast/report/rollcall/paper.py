"""How large a sheet of paper is where the city lies."""

LETTER, A4 = (612.0, 792.0), (595.28, 841.89)
"""Width and height in points (1/72 inch)."""

_AMERICA = (
    *("Adak", "Anchorage", "Atka", "Boise", "Chicago", "Denver", "Detroit", "Fort_Wayne", "Indianapolis", "Juneau"),
    *("Knox_IN", "Los_Angeles", "Louisville", "Menominee", "Metlakatla", "New_York", "Nome", "Phoenix", "Puerto_Rico"),
    *("Shiprock", "Sitka", "St_Thomas", "Virgin", "Yakutat", "Kentucky/Louisville", "Kentucky/Monticello"),
    *("Indiana/Indianapolis", "Indiana/Knox", "Indiana/Marengo", "Indiana/Petersburg", "Indiana/Tell_City"),
    *("Indiana/Vevay", "Indiana/Vincennes", "Indiana/Winamac"),
    *("North_Dakota/Beulah", "North_Dakota/Center", "North_Dakota/New_Salem"),
)
_PACIFIC = ("Guam", "Honolulu", "Johnston", "Midway", "Pago_Pago", "Saipan", "Samoa", "Wake")

US_ZONES = frozenset(f"America/{name}" for name in _AMERICA) | {f"Pacific/{name}" for name in _PACIFIC} | {"Navajo"}
"""Time zones of the United States and its territories, old names too; all that begin with ``US/`` belong to them."""


def paper_size(zone: str) -> tuple[float, float]:
    """Width and height of a sheet in points: US Letter in time zones of the United States, A4 elsewhere.

    >>> paper_size("America/Chicago") == LETTER, paper_size("US/Central") == LETTER, paper_size("Europe/London") == A4
    (True, True, True)
    """
    return LETTER if zone in US_ZONES or zone.startswith("US/") else A4
