"""Columns that the config does not map and that change what counts: reports taken back, numbers that come again.

A run reads only what is mapped, so a column of unfounded flags that nobody mapped counts every unfounded report, and an
incident with three offences counts three times. A sample of each file is looked at, and what it shows is said.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from patrolcast.intake.corrections.likely import correcting_columns, repeated_number_note, unmapped_hints
from patrolcast.intake.corrections.record_numbers import NUMBERED, read_numbers
from patrolcast.intake.guess_columns import guess_roles
from patrolcast.intake.persons import is_person_column
from patrolcast.io.sources.export import Source
from patrolcast.io.sources.first_look import first_texts


def unread_notes(
    sources: Sequence[Source], samples: Sequence[pd.DataFrame], columns: Mapping[str, str]
) -> tuple[str, ...]:
    """What unread columns of an export say of its counts, one sentence each, and once for all files.

    Parameters
    ----------
    samples : of each source, the columns that are looked at (`io.sources.first_look`).
    columns : role -> column that the config maps.
    """
    notes: dict[str, str] = {}
    for source, sample in zip(sources, samples, strict=True):
        free = [name for name in source.header if name not in columns.values() and not is_person_column(name)]
        for name, note in correcting_columns(sample, columns).items():
            notes.setdefault(name, note)
        for name in guess_roles(free)["record_id"]:
            if name not in notes and (note := _repeated(source, name, columns.get("record_id"))):
                notes[name] = note
    named = [name for name in sources[0].header if name not in notes]
    return (*notes.values(), *unmapped_hints(named, columns))


def _repeated(source: Source, name: str, mapped: str | None) -> str:
    numbers = read_numbers(first_texts(source, name))
    stated = numbers.bits[numbers.kind == NUMBERED]
    different = int(np.unique(stated).size)
    return repeated_number_note(name, stated.size, different, stated.size - different, mapped=mapped)
