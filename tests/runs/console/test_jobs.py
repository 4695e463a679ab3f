"""What an analyst may start: fixed arguments, and a state that is never better than what is known."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from tests.io.jobs.fake import STARTED, WAITS, ended, fake, until, written
from tests.runs.reviewed_city import ANALYST, FIRST

from patrolcast.domain.errors import ConflictError, PausedError, UnknownError, UsageError
from patrolcast.io.jobs import folder as stored
from patrolcast.io.jobs.folder import Job, JobEnding
from patrolcast.io.jobs.progress import FILE
from patrolcast.io.jobs.start import job_at_work
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.console.jobs import (
    JOBS,
    KINDS,
    LATE_SECONDS,
    MEANINGS,
    arguments_of,
    ask_to_stop,
    listed_jobs,
    one_job,
    start,
    variants_of,
)
from patrolcast.runs.pause.pausing import pause

EXIT_CODES = Path(__file__).parents[3] / "docs" / "exit-codes.md"


def begun(city: ConsoleCity, kind: str = "trial", *variants: str) -> Path:
    """The folder of a job that was started."""
    name = start(city, kind, variants=variants, by="analyst-x", now=STARTED, record=lambda job, arguments: None)
    return city.state / JOBS / name


def planted(city: ConsoleCity, ending: JobEnding | None, kind: str = "trial", *, number: int = 0) -> str:
    """A job of earlier, as it lies on the disk."""
    name = f"20260301T1230{number:02d}Z-{kind}"
    folder = city.state / JOBS / name
    folder.mkdir(parents=True)
    stored.write_job(folder, Job(name, kind, ("forecast", "c.toml"), "analyst-x", STARTED, 3600.0))
    if ending is not None:
        stored.write_ending(folder, ending)
    return name


def with_variant(city: ConsoleCity) -> None:
    """A config in ``variants/`` that extends the city's, and two that do not."""
    folder = city.config.parent / "variants"
    folder.mkdir()
    (folder / "fewer.toml").write_text('extends = "../tiny.toml"\nname = "fewer"\n')
    (folder / "other.toml").write_text('name = "other"\n')
    (folder / "broken.toml").write_text("[")


def test_every_kind_has_fixed_arguments_and_only_one_of_them_may_publish(city: ConsoleCity) -> None:
    with_variant(city)
    config, runs = str(city.config.absolute()), f"--runs={city.runs.absolute().parent}"
    given = {kind: arguments_of(city, kind, ["variants/fewer.toml"]) for kind in KINDS}
    out = f"--out={city.runs.absolute().parent.parent / 'comparisons' / 'tiny'}"
    assert given == {
        "trial": ("forecast", config, runs, "--no-publish"),
        "forecast": ("forecast", config, runs),
        "comparison": ("compare", config, str(city.config.absolute().parent / "variants" / "fewer.toml"), out),
        "feed": ("check", config, runs, "--json"),
    }


def test_only_configs_that_extend_the_citys_can_be_chosen_and_no_path_leads_elsewhere(city: ConsoleCity) -> None:
    with_variant(city)
    assert list(variants_of(city)) == ["variants/fewer.toml"]
    for name in ("variants/other.toml", "../x.toml", "--null", "tiny.toml", str(city.config), ""):
        with pytest.raises(UnknownError, match="must be one of those on the page"):
            arguments_of(city, "comparison", [name])
    with pytest.raises(UsageError, match="choose at least one"):
        arguments_of(city, "comparison")
    for kind in ("publish-site", "", "nightly"):
        with pytest.raises(UnknownError):
            arguments_of(city, kind)


def test_while_publication_is_paused_no_run_that_may_publish_is_started(city: ConsoleCity) -> None:
    pause(city.settings, reason="a look first", actor=ANALYST, now=FIRST, runs=city.runs)
    with pytest.raises(PausedError, match="a look first"):
        begun(city, "forecast")
    assert listed_jobs(city, now=STARTED) == []


def test_a_job_runs_to_its_end_and_its_page_says_what_its_exit_code_means(
    city: ConsoleCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, "import sys; print('a'); print('no', file=sys.stderr); sys.exit(20)")
    folder = begun(city)
    ended(folder)
    row = one_job(city, folder.name, now=STARTED)
    assert (row.state, row.code, row.output, row.errors) == ("refused", "20", ("a",), ("no",))
    assert "nothing was published" in row.explanation
    assert (row.by, row.took) == ("analyst-x", "less than a minute")


def test_one_that_is_asked_to_stop_ends_and_says_so(
    city: ConsoleCity, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake(monkeypatch, WAITS.format(tmp_path / "pid"))
    folder, asked = begun(city), []
    written(tmp_path / "pid")
    assert one_job(city, folder.name, now=STARTED).now == ""
    for share, said in (((3, 26), "vehicle theft, 3 of 26"), ((0, 1), "vehicle theft")):
        (folder / FILE).write_text(json.dumps({"name": "vehicle_theft", "done": share[0], "total": share[1]}))
        assert one_job(city, folder.name, now=STARTED).now == said
    assert one_job(city, folder.name, now=STARTED + timedelta(minutes=5)).took == "5 minutes"
    late = STARTED + timedelta(hours=6, seconds=LATE_SECONDS + 1)
    assert [one_job(city, folder.name, now=now).state for now in (STARTED, late)] == ["running", "hangs"]
    ask_to_stop(city, folder.name, now=STARTED, record=lambda: asked.append(folder.name))
    assert ended(folder).why == "stopped"
    assert asked == [folder.name]
    until(lambda: job_at_work(city.state / JOBS) == "")
    row = one_job(city, folder.name, now=STARTED)
    assert (row.state, row.at_work, row.now) == ("stopped", False, "")
    with pytest.raises(ConflictError, match="has ended"):
        ask_to_stop(city, folder.name, now=STARTED, record=lambda: asked.append("again"))
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("ending", "state", "said"),
    [
        (None, "lost", "ended without saying how"),
        (JobEnding("unreadable", None, 0.0), "lost", "ended without saying how"),
        (JobEnding("something new", 0, 1.0), "lost", "ended without saying how"),
        (JobEnding("exit", 0, 90.0), "done", "as it should"),
        (JobEnding("exit", 14, 1.0), "refused", "never reads"),
        (JobEnding("exit", 99, 1.0), "refused", "not known"),
        (JobEnding("signal", -9, 1.0), "killed", "signal 9"),
        (JobEnding("too long", -15, 3600.0), "too long", "longer than 1 hour and was ended"),
        (JobEnding("stopped", 0, 1.0), "stopped", "before it was done"),
        (JobEnding("not started", None, 0.0), "not started", "could not be started"),
    ],
)
def test_nothing_that_did_not_say_how_it_ended_is_called_done_or_running(
    city: ConsoleCity, ending: JobEnding | None, state: str, said: str
) -> None:
    planted(city, ending)
    (row,) = listed_jobs(city, now=STARTED + timedelta(days=9))
    assert (row.state, row.at_work) == (state, False)
    assert said in row.explanation


def test_a_job_that_is_not_there_is_refused(city: ConsoleCity) -> None:
    planted(city, None)
    for name in ("", "..", "20260301T123000Z-feed", "../../secret.key"):
        with pytest.raises(UnknownError, match="must be a job of this city"):
            one_job(city, name, now=STARTED)


def test_every_exit_code_of_the_documentation_has_a_meaning() -> None:
    promised = {int(code) for code in re.findall(r"^\| (\d+) \|", EXIT_CODES.read_text(), re.MULTILINE)}
    assert len(promised) > 20
    assert promised - {1} | {130} == set(MEANINGS)  # 1 is `health` alone
