"""The packaged templates and assets: the only place in `report` that reads anything, and it reads only the package."""

import re
from functools import cache
from importlib.resources import files

_COMMENT_LINE = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_RULE_WITH_IMAGE = re.compile(r"[^{}]*\{[^{}]*url\([^{}]*\}")


@cache
def packaged(name: str) -> str:
    """Text of a packaged file, e.g. ``templates/briefing.html``."""
    return files("patrolcast.report").joinpath(name).read_text(encoding="utf-8")


@cache
def packaged_bytes(name: str) -> bytes:
    """Bytes of a packaged file, e.g. ``assets/DejaVuSans.subset.ttf``."""
    return files("patrolcast.report").joinpath(name).read_bytes()


@cache
def leaflet_script() -> str:
    """Leaflet 1.9.4 with its licence, without the pointer to a source map that a page without network cannot follow."""
    licence = packaged("assets/leaflet-LICENSE.txt").strip()
    return f"/*\n{licence}\n*/\n" + _COMMENT_LINE.sub("", packaged("assets/leaflet.js")).strip()


@cache
def leaflet_style() -> str:
    """Leaflet's stylesheet without the rules that would load an image; our maps use none."""
    return _RULE_WITH_IMAGE.sub("", packaged("assets/leaflet.css")).strip()
