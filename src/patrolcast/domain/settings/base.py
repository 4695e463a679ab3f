"""What every section of the config is made of: strictness, ranges, names. A new section gets a file of its own."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from patrolcast.domain.shifts import EPOCHS


def _a_day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("no such day; e.g. 2026-06-30") from None
    return text


_DIRECTIVES = "YymdjbBHIMSfpzaA"
_INSTEAD = {
    "F": "%Y-%m-%d", "T": "%H:%M:%S", "D": "%m/%d/%y", "R": "%H:%M", "r": "%I:%M:%S %p",
    "c": "its parts, e.g. %m/%d/%Y %H:%M", "x": "its parts, e.g. %m/%d/%Y", "X": "its parts, e.g. %H:%M:%S",
    "e": "%d", "k": "%H", "l": "%I", "h": "%b", "G": "%Y", "s": "epoch",
    "P": "%p", "Z": "%z for an offset, or name the zone in time_zone", "-": "%d without the sign",
    "#": "%d without the sign",
}  # fmt: skip


def _a_time_format(text: str) -> str:
    """Only what has one meaning: parsers disagree about the rest, or read it as another time without a word."""
    if text in EPOCHS:
        return text
    directives = re.findall(r"%(.?)", text.replace("%%", ""))
    wrong = next((letter for letter in directives if letter not in _DIRECTIVES or not letter), None)
    if wrong is not None:
        text = _INSTEAD.get(wrong, "")
        cure = f"; write {text}{'' if ',' in text else ' instead'}" if text else ""
        supported = f"%{' %'.join(_DIRECTIVES)}; or epoch or epoch_ms alone"
        raise ValueError(f"%{wrong} is not supported{cure} (supported: {supported})")
    letters = set(directives)
    if len(letters) < len(directives):
        raise ValueError("each part of a time may be given only once")
    if not letters & set("Yy"):
        raise ValueError("the format needs a year; e.g. %Y-%m-%d %H:%M")
    if "j" not in letters and not ("d" in letters and letters & set("mbB")):
        raise ValueError(
            "the format has no day of the month, so no shift can be forecast; the export needs days, e.g. %Y-%m-%d"
        )
    if ("I" in letters) != ("p" in letters) or {"H", "I"} <= letters:
        raise ValueError("%I goes with %p (hours of 1 to 12, AM or PM), %H with neither")
    if ("M" in letters and not letters & set("HI")) or ("S" in letters and "M" not in letters):
        raise ValueError("minutes need hours, seconds need minutes")
    return text


Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
LocalTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Text = Annotated[str, Field(min_length=1)]
TimeFormat = Annotated[str, Field(min_length=1), AfterValidator(_a_time_format)]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_a_day)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
IN_PROJECT = "relative to the project folder"
"""Marks a path that stands against the project folder instead of the config file's."""


class Section(BaseModel):
    """A config section: unknown keys are errors, values are never coerced, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
