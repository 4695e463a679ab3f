"""Work that an analyst starts in the background: the command's own verbs, each with a fixed list of arguments.

A job may do what its verb may do and nothing else: gates, pauses, locks and the trail are the verb's. From a request
comes only which of the kinds it is, and which of the listed variants; never a path, an option or a text.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from patrolcast.domain.counted import counted
from patrolcast.domain.errors import ConfigError, ConflictError, UnknownError, UsageError, shown
from patrolcast.io.jobs import folder as stored
from patrolcast.io.jobs.folder import Job, JobEnding
from patrolcast.io.jobs.progress import JobProgress, read_progress
from patrolcast.io.jobs.start import job_at_work, start_job
from patrolcast.io.settings.settings_file import read_chain
from patrolcast.io.store.index_file import folder_of_test
from patrolcast.report import words
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.trail.pauses import require_not_paused

JOBS = "jobs"
MOST_LINES = 40
LATE_SECONDS = 300.0
"""A keeper ends a verb that takes too long; one that did not do so by then hangs itself."""


@dataclass(frozen=True)
class JobKind:
    """What can be started: its name, what it does in a sentence, after how many hours it is ended."""

    title: str
    does: str
    most_hours: float


TRIAL, FORECAST, COMPARISON, FEED = "trial", "forecast", "comparison", "feed"
KINDS = {
    TRIAL: JobKind("Forecast, not published", "Computes a run and its checks; what is published stays.", 6),
    FORECAST: JobKind(
        "Forecast, published if its checks let it", "As the command does: a check that stops it, or a pause, holds.", 6
    ),
    COMPARISON: JobKind(
        "Comparison of configs",
        "Measures this city's config against the chosen ones on the same 180 nights. It replaces the comparison on the "
        "page Tests, and may take hours.",
        48,
    ),
    FEED: JobKind("Feed check", "Reads the config and the data as a run would, and says what it found.", 2),
}
MEANINGS = {
    0: "It ended as it should.",
    2: "It was called wrongly.",
    10: "The configuration is wrong.",
    11: "A governance document is missing or incomplete.",
    12: "A threshold or policy changed without its written approval.",
    13: "An input file is refused.",
    14: "The input holds what patrolcast never reads.",
    20: "A check stopped it, crashed or is missing; nothing was published.",
    21: "Publication is paused.",
    22: "Something else was decided meanwhile.",
    30: "The audit trail is broken: somebody must look.",
    31: "The audit trail is shorter than a checkpoint says: somebody must look.",
    32: "A checkpoint of the audit trail is not signed by a known key: somebody must look.",
    33: "The search index of the audit trail says something else than the trail.",
    34: "The clock of the audit trail went backwards.",
    70: "A defect of patrolcast, not of your input.",
    73: "The output cannot be written.",
    74: "An input cannot be read to its end.",
    75: "Another run is at work; start again when it has ended.",
    76: "Another run holds the lock and does not get on: somebody must look.",
    77: "The operating system or a database refused access.",
    130: "It was interrupted.",
    143: "It was asked to end.",
}
"""Exit code -> what it means (`docs/exit-codes.md`)."""


@dataclass(frozen=True)
class JobRow:
    """A job as its page shows it.

    Attributes
    ----------
    state : "running", "hangs", "done", "refused", "killed", "stopped", "too long", "not started" or "lost".
    explanation : the state in a sentence or two.
    code : exit code, "" where there is none.
    took : how long it has taken, in words. now : what a job at work does, "" where it has not said so.
    output, errors : the last lines of both.
    """

    job: str
    kind: str
    title: str
    command: str
    by: str
    started: str
    began: datetime
    state: str
    explanation: str
    code: str
    took: str
    now: str = ""
    output: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def at_work(self) -> bool:
        """True while a process of it lives."""
        return self.state in ("running", "hangs")


def variants_of(city: ConsoleCity) -> dict[str, Path]:
    """Configs that this city's may be compared with: those beside it and in ``variants/`` that extend it."""
    here = city.config.absolute()
    paths = sorted({*here.parent.glob("*.toml"), *(here.parent / "variants").glob("*.toml")})
    names = {str(path.relative_to(here.parent)): path for path in paths if path.resolve() != here.resolve()}
    return {name: path for name, path in names.items() if here.resolve() in _chain(path)}


def _chain(path: Path) -> set[Path]:
    try:
        return {file.resolve() for file in read_chain(path, ()).read}
    except ConfigError:
        return set()


def arguments_of(city: ConsoleCity, kind: str, variants: Sequence[str] = ()) -> tuple[str, ...]:
    """The verb and its arguments.

    Raises UnknownError: no such kind, or a variant that is not listed. UsageError: a comparison with nothing.
    """
    config, runs = str(city.config.absolute()), city.runs.absolute()
    by_kind = {
        TRIAL: ("forecast", config, f"--runs={runs.parent}", "--no-publish"),
        FORECAST: ("forecast", config, f"--runs={runs.parent}"),
        FEED: ("check", config, f"--runs={runs.parent}", "--json"),
    }
    if kind in by_kind:
        return by_kind[kind]
    if kind != COMPARISON:
        raise UnknownError("job", got=shown(kind), rule="must be one of those on the page")
    known = variants_of(city)
    if unknown := [name for name in variants if name not in known]:
        raise UnknownError("config", got=shown(unknown[0]), rule="must be one of those on the page")
    if not variants:
        raise UsageError("a comparison", got="no config", rule="choose at least one")
    out = folder_of_test(runs, "comparison.html")
    return ("compare", config, *(str(known[name]) for name in dict.fromkeys(variants)), f"--out={out}")


def start(
    city: ConsoleCity, kind: str, *, variants: Sequence[str] = (), by: str, now: datetime,
    record: Callable[[str, tuple[str, ...]], None], without: Collection[str] = (),
) -> str:  # fmt: skip
    """Starts a job; its id.

    Parameters
    ----------
    by : the account. record : puts id and arguments on the trail; where it raises, nothing is started.
    without : variables of the environment that hold secrets of the console's own.

    Raises UnknownError, UsageError; ConflictError: one is at work; PausedError; CannotWriteError.
    """
    arguments = arguments_of(city, kind, variants)
    if kind == FORECAST:
        require_not_paused(city.runs, city.settings.name)  # the verb refuses it too; here before anything is started
    job = Job(f"{now:%Y%m%dT%H%M%SZ}-{kind}", kind, arguments, by, now, KINDS[kind].most_hours * 3600.0)
    return start_job(city.state / JOBS, job, record=lambda name: record(name, arguments), without=without)


def listed_jobs(city: ConsoleCity, *, now: datetime) -> list[JobRow]:
    """The jobs that are kept, the newest first."""
    jobs = city.state / JOBS
    folders = list(stored.job_folders(jobs))  # before the lock is looked at: one that is started after is not shown
    at_work = job_at_work(jobs)
    rows = (_row(city, folder, at_work, now) for folder in folders)
    return [row for row in rows if row is not None]


def one_job(city: ConsoleCity, job: str, *, now: datetime) -> JobRow:
    """One job with its last lines.

    Raises UnknownError: there is none of that id.
    """
    jobs = city.state / JOBS
    known = {folder.name: folder for folder in stored.job_folders(jobs)}
    row = _row(city, known[job], job_at_work(jobs), now, with_lines=True) if job in known else None
    if row is None:
        raise UnknownError("job", got=shown(job), rule="must be a job of this city")
    return row


def ask_to_stop(city: ConsoleCity, job: str, *, now: datetime, record: Callable[[], None]) -> None:
    """Asks for the end of a job, which comes within half a minute.

    Raises UnknownError; ConflictError: it has ended.
    """
    if not one_job(city, job, now=now).at_work:
        raise ConflictError(
            f"job {job}", why="at work", got="one that has ended", rule="only one at work can be stopped"
        )
    record()
    stored.ask_for_stop(city.state / JOBS / job)


def _row(city: ConsoleCity, folder: Path, at_work: str, now: datetime, *, with_lines: bool = False) -> JobRow | None:
    # Read after the lock was looked at: one that ended in between has written its end by then.
    job, ending = stored.read_job(folder), stored.read_ending(folder)
    if job is None:
        return None
    seconds = ending.seconds if ending else max((now - job.started).total_seconds(), 0.0)
    state, explanation = _state(job, ending, working=at_work == job.job, seconds=seconds)
    kind = KINDS.get(job.kind)
    lines = MOST_LINES if with_lines else 0
    return JobRow(
        job=job.job,
        kind=job.kind,
        title=kind.title if kind else words.plain(job.kind),
        command=" ".join(("patrolcast", *job.arguments)),
        by=job.by,
        started=words.moment(job.started, city.zone),
        began=job.started,
        state=state,
        explanation=explanation,
        code="" if ending is None or ending.exit_code is None else str(ending.exit_code),
        took="" if state == "lost" else _took(seconds),
        now=_now(read_progress(folder)) if state == "running" else "",
        output=stored.tail(folder / stored.OUTPUT, lines) if with_lines and job.kind != FEED else (),
        errors=stored.tail(folder / stored.ERRORS, lines) if with_lines else (),
    )


def _state(job: Job, ending: JobEnding | None, *, working: bool, seconds: float) -> tuple[str, str]:
    """The state, and what to think of it: nothing that did not say how it ended is called done."""
    unsure = "Look at Runs for what it may have made before."
    if ending is None and working and seconds > job.most_seconds + LATE_SECONDS:
        return "hangs", "It has taken longer than it may, and nothing has ended it: somebody must look at the machine."
    if ending is None and working:
        return "running", "It is at work. Open this page again to see how it gets on."
    if ending is None or ending.why == "unreadable":
        return "lost", f"It ended without saying how: it was killed, or the machine was started anew. {unsure}"
    if ending.why == "exit" and ending.exit_code is not None:
        meaning = MEANINGS.get(ending.exit_code, "What this exit code means is not known: somebody must look.")
        return ("done" if ending.exit_code == 0 else "refused"), meaning
    explanations = {
        "signal": f"The system killed it (signal {-(ending.exit_code or 0)}), often for want of memory. {unsure}",
        "stopped": f"It was ended before it was done: on request, or with the machine. {unsure}",
        "too long": f"It took longer than {counted(round(job.most_seconds / 3600), 'hour')} and was ended. {unsure}",
        "not started": "It could not be started.",
    }
    state = "killed" if ending.why == "signal" else ending.why
    if ending.why not in explanations:
        return "lost", f"It ended without saying how. {unsure}"
    return state, explanations[ending.why]


def _now(progress: JobProgress | None) -> str:
    if progress is None:
        return ""
    share = f", {progress.done:,} of {progress.total:,}" if progress.total > 1 else ""
    return words.plain(progress.name) + share


def _took(seconds: float) -> str:
    minutes = round(seconds / 60)
    return counted(minutes, "minute") if minutes else "less than a minute"
