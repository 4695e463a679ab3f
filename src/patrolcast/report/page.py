"""One self-contained page: template, style and script in one string, and a policy that lets nothing else run or load.

The page carries its own Content-Security-Policy: everything is forbidden but the style and the script whose hashes
stand in it, so that text from an export, should it ever escape as markup, still could not run or call home. Values
reach the markup through Jinja's autoescape, and the script through JSON in a data block (:func:`script_json`).
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from patrolcast.report import words
from patrolcast.report.packaged import packaged
from patrolcast.report.tables import label_cells

_IN_SCRIPT = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
_HIDDEN = {
    ord(c): f"\\u{ord(c):04x}"
    for c in "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
}
_HIDDEN_IN_SCRIPT = {c: f"\\{code}" for c, code in _HIDDEN.items()}

Document = Mapping[str, Any]
"""Evidence or a result as it is stored in JSON."""


def render(template: str, *, title: str, style: str, script: str = "", **values: object) -> str:
    """A whole page from a packaged template.

    Parameters
    ----------
    template : file name under ``templates/``.
    style, script : the only style and script that the page's policy lets through.
    values : what the template shows; text is escaped, also where it comes from an export.
    """
    page = _environment().get_template(template)
    policy = content_policy(style, script)
    return label_cells(page.render(title=title, style=Markup(style), script=Markup(script), policy=policy, **values))


def content_policy(style: str, script: str) -> str:
    """The Content-Security-Policy that admits exactly this style and this script (CSP level 3, hash sources)."""
    parts = ["default-src 'none'", f"style-src '{_hash(style)}'"]
    if script:
        parts.append(f"script-src '{_hash(script)}'")
    return "; ".join([*parts, "base-uri 'none'", "form-action 'none'"])


def script_json(value: object) -> Markup:
    r"""JSON that is safe inside a script element: no ``<``, ``>``, ``&``, U+2028 or U+2029 stands unescaped.

    What would turn or hide text when the script shows it is shown as its code, as on the page itself.

    >>> print(script_json({"street": "</script>"}))
    {"street":"\u003c/script\u003e"}
    >>> print(script_json("Main\u202eStreet"))
    "Main\\u202eStreet"
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(_storable(text.translate(_IN_SCRIPT | _HIDDEN_IN_SCRIPT)))


def safe_text(value: object) -> str:
    r"""Text as it may stand on a page: direction overrides and invisible characters are shown as their codes.

    >>> safe_text("Main\u202eStreet")
    'Main\\u202eStreet'
    """
    return _storable("".join(_visible(c) for c in str(value).translate(_HIDDEN)))


def _visible(character: str) -> str:
    control = ord(character) < 32 or 127 <= ord(character) < 160
    return f"\\x{ord(character):02x}" if control and character not in "\n\t" else character


def _storable(text: str) -> str:
    """Text without lone surrogates, which no file in UTF-8 can hold; they are shown as their codes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _finalize(value: Any) -> Any:  # noqa: ANN401
    return value if isinstance(value, Markup) or not isinstance(value, str) else safe_text(value)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(lambda name: packaged(f"templates/{name}")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters["number"] = words.number
    environment.filters["exception"] = words.exception
    environment.filters["check"] = words.in_quotes
    environment.filters["share"] = words.share
    return environment
