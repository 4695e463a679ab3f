"""What a finished loop test leaves: feedback.json, feedback.html, and the evidence beside the config."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.audit.feedback.loop_verdict import LEAST_CITIES, LoopVerdict
from patrolcast.domain.errors import ConfigError, shown
from patrolcast.domain.records import Progress
from patrolcast.domain.residents import GroupNames
from patrolcast.domain.settings import refuse_comparison_only
from patrolcast.io import run_identity
from patrolcast.io.encode import json_bytes
from patrolcast.io.safe_files import write_file
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.binding import BOUND_TO, FILES
from patrolcast.io.store.evidence import required_key, sealed, write_evidence
from patrolcast.report.feedback.page import feedback_page
from patrolcast.runs.load.city import load_city
from patrolcast.runs.simulate.evidence import KIND, LEAST_NIGHTS, loop_binding
from patrolcast.runs.simulate.from_city import FittedCity, fit_city, require_group
from patrolcast.runs.simulate.simulate import LoopTest, evidence_document, simulate
from patrolcast.synthetic.scenarios import SCENARIOS

FOLDER = "simulated"


@dataclass(frozen=True)
class SimulationFiles:
    """The paths written, the document, and remarks for the terminal."""

    document: dict[str, Any]
    paths: tuple[Path, ...]
    notes: tuple[str, ...]
    is_open: bool


def write_simulation(
    config: ConfigFile,
    *,
    out: Path | None,
    now: datetime,
    nights: int | None = None,
    cities: int | None = None,
    every: bool = False,
    from_city: bool = False,
    group: str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[LoopTest, SimulationFiles]:
    """Runs or resumes the closed-loop test of a config and writes its files.

    Raises ConfigError: ``group`` without ``from_city``, or a group the config does not have.

    Parameters
    ----------
    out : folder of the result and of the finished parts; None: ``simulated/<name>`` in the project, whose parts are
        shared by its configs.
    from_city : replay this config's own city instead of made-up cities.
    group : with ``from_city``, the group whose share is the truth to find; None: the one that lives most apart.
    workers : processes; None: all cores.
    """
    refuse_comparison_only(config.settings)
    if group is not None and not from_city:
        cure = "made-up cities have no groups with names"
        raise ConfigError("--group", got=shown(group), rule="only with --from-city", cure=cure)
    if not from_city:  # what the evidence will be bound to, and its key: before an hour of work, not after it
        required_key(config)
        bound_to = loop_binding(config, run_identity.input_files(config, sections=FILES))
    simulated = config.project / FOLDER
    parts = simulated / "parts" if out is None else out / "parts"
    out = out or simulated / (f"{config.settings.name}-from-city" if from_city else config.settings.name)
    fitted: FittedCity | None = None
    if from_city:
        require_group(config.settings, group)
        city = load_city(config.settings, as_of=None, now=now, progress=progress)
        fitted = fit_city(city, config.settings, group=group)
    test = simulate(
        config.settings,
        parts=parts,
        nights=nights,
        cities=cities,
        every=every,
        workers=workers or os.cpu_count() or 1,
        fitted=fitted,
        progress=progress,
    )
    return test, _write_files(test, config, out, {} if from_city else bound_to)


def _write_files(test: LoopTest, config: ConfigFile, out: Path, bound_to: dict[str, str]) -> SimulationFiles:
    """Writes the result to ``out``, and the evidence when the test was large enough.

    A test in the agency's own city is never evidence: its truth is a guess, and its cells may be coarser.
    """
    document = evidence_document(test, config.settings)
    is_evidence = test.fitted is None and document["enough"]
    if is_evidence:
        document = sealed(config, KIND, document | {BOUND_TO: bound_to})
    scenarios = {row.name: (row.title, row.description, str(row.role)) for row in SCENARIOS}
    if test.fitted is not None:
        document["group_names"] = GroupNames.of(config.settings.residents).document
        scenarios["neutral"] = (
            "The city as it is",
            "the fitted rates; call sources are right",
            scenarios["neutral"][2],
        )
    page = feedback_page(document, title=config.settings.title, scenarios=scenarios)
    paths = [
        write_file(out / "feedback.json", json_bytes(document)),
        write_file(out / "feedback.html", page.encode()),
    ]
    notes: tuple[str, ...] = ()
    if test.fitted is not None:
        notes = ("not stored as evidence: a run asks for the test in cities whose truth is known",)
    elif is_evidence:
        paths.append(write_evidence(config, KIND, document))
    else:
        rule = f"{LEAST_CITIES} cities and {LEAST_NIGHTS} nights at least"
        notes = (f"not stored as evidence: too small ({rule}); a run still needs it to be published",)
    return SimulationFiles(document, tuple(paths), notes, test.verdict is LoopVerdict.OPEN)
