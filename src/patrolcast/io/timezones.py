"""The time zone of a place, from the outlines of the zones; works without a network."""

from collections import Counter
from collections.abc import Iterable

import tzfpy


def zone_shares(places: Iterable[tuple[float, float]]) -> dict[str, float]:
    """IANA zone -> share of the places (longitude, latitude in degrees) that lie in it, most first; seas left out.

    >>> zone_shares([(-87.63, 41.88), (-87.6, 41.8)])
    {'America/Chicago': 1.0}
    """
    zones = Counter(tzfpy.get_tz(x, y) for x, y in places)
    land = {zone: n for zone, n in zones.most_common() if zone and not zone.startswith("Etc/")}
    return {zone: n / sum(land.values()) for zone, n in land.items()}
