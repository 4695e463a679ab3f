"""Changes the code a little, hundreds of times, and reports which changes no test sees (mutmut).

Two ways to call it::

    python tools/mutation.py                   # what decides whether a run may be published; fails below 85 %
    python tools/mutation.py --changed HEAD~5  # modules changed since a commit; only reports

It works on a copy of the tracked files in `out/mutation/`, so a broken run never leaves a changed source behind. Each
module is tried by the test file of its name (`tests/` mirrors `src/`) and by the files named in `DECIDING`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPY = ROOT / "out" / "mutation"
SOURCES = Path("src/patrolcast")
LEAST_SHARE = 0.85
"""Share of the changes that the tests must see, over all modules of a group."""

DECIDING: dict[str, dict[str, tuple[str, ...]]] = {
    "gates": {"audit/gates.py": (), "domain/records.py": ()},
    "waivers": {"audit/waivers.py": ()},
    "admission": {"features/policy.py": (), "domain/matrix.py": ("tests/features/test_matrix.py",)},
    "screen verdicts": {
        "features/proxies/screen.py": ("tests/features/proxies/test_screen_figures.py",),
        "features/proxies/verdicts.py": (),
        "runs/screen/evidence.py": ("tests/runs/screen/test_enforced.py",),
    },
    "publishing": {
        "runs/forecast/publish.py": ("tests/runs/forecast/test_published_state.py",),
        "runs/simulate/evidence.py": (),
        "runs/monitor/evidence.py": (),
    },
}
"""Group -> module -> tests besides the one of its name."""


def test_file(module: str) -> str:
    """The test file of a module's name.

    >>> test_file("audit/gates.py")
    'tests/audit/test_gates.py'
    """
    path = Path(module)
    return (Path("tests") / path.parent / f"test_{path.name}").as_posix()


def copy_project() -> None:
    """Tracked and new files of the work tree, without the environment and without earlier results."""
    shutil.rmtree(COPY, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, COPY / name)


def configure(modules: Sequence[str], tests: Sequence[str]) -> None:
    """Writes mutmut's section into the copy's pyproject.toml."""
    also = sorted({path.name for path in COPY.iterdir()} - {"src", "pyproject.toml"})
    # Doctests and the other workers would only cost time: what is tried are the named tests, in one process each.
    section = {
        "source_paths": ["src"],
        "only_mutate": [(SOURCES / module).as_posix() for module in modules],
        "also_copy": ["pyproject.toml", *also],
        "pytest_add_cli_args_test_selection": list(tests),
        # Beside other work tests take many times as long as when they were timed: running out of time must mean a loop.
        "timeout_multiplier": 100.0,
        "pytest_add_cli_args": ["-p", "no:xdist", "-m", "not long",
                                "--override-ini", "addopts=-q --strict-markers --import-mode=importlib"],
    }  # fmt: skip
    lines = [f"{key} = {json.dumps(value)}" for key, value in section.items()]
    with (COPY / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tool.mutmut]\n" + "\n".join(lines) + "\n")


def run_mutmut(seconds: float | None) -> None:
    """Runs mutmut in the copy; its own progress goes to the terminal's error stream."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTHONPATH", None)
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(os.cpu_count() or 1)]
    try:
        ended = subprocess.run(command, cwd=COPY, env=environment, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        print(f"mutation: stopped after {seconds:g} s; what was tried until then counts", file=sys.stderr)
        return
    if ended.returncode:
        sys.stderr.write((ended.stdout + ended.stderr).decode(errors="replace")[-4000:])
        raise SystemExit("mutation: mutmut did not finish")


def outcomes(module: str) -> dict[str, int | None]:
    """Mutant -> exit code of its tests; 0 means that no test saw it, None that it was not tried."""
    path = COPY / "mutants" / SOURCES / f"{module}.meta"
    return json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"] if path.is_file() else {}


UNSEEN = {0, 33}
"""Exit codes of a mutant that lives: every test passed, or none reaches it."""
OUT_OF_TIME = {36, 255, 24, 152, -24, -9}
"""Exit codes of a mutant whose tests were ended: seen, but counted apart, since a slow machine does that too."""


def changed_modules(since: str) -> list[str]:
    """Modules of the package that differ from a commit and have a test file of their name."""
    listed = subprocess.run(
        ["git", "diff", "--name-only", "--diff-filter=d", since, "--", SOURCES.as_posix()],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    modules = [name.removeprefix(f"{SOURCES.as_posix()}/") for name in listed.stdout.split() if name.endswith(".py")]
    return [module for module in modules if (ROOT / test_file(module)).is_file()]


def score(module: str) -> tuple[int, int]:
    """How many changes of a module were seen, and how many were tried."""
    tried = [code for code in outcomes(module).values() if code is not None]
    return sum(code not in UNSEEN for code in tried), len(tried)


def describe_score(module: str) -> str:
    """One line: how many changes of a module were seen."""
    seen, tried = score(module)
    ended = sum(code in OUT_OF_TIME for code in outcomes(module).values())
    return f"  {module:40} {seen:4} of {tried:4} seen" + (f", {ended} of them by running out of time" if ended else "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints one line a module; 1 when a group of `DECIDING` stays below the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changed", metavar="COMMIT", help="only modules changed since this commit; never fails")
    parser.add_argument("--group", action="append", choices=sorted(DECIDING), help="only this group")
    parser.add_argument("--seconds", type=float, help="stop after this long")
    parser.add_argument("--unseen", action="store_true", help="show the changes that no test saw")
    options = parser.parse_args(arguments)
    if options.changed:
        groups = {"changed": dict.fromkeys(changed_modules(options.changed), ())}
    else:
        groups = {name: DECIDING[name] for name in options.group or DECIDING}
    modules = [module for group in groups.values() for module in group]
    if not modules:
        print("mutation: no changed module has a test file of its name")
        return 0
    tests = sorted({name for group in groups.values() for m, more in group.items() for name in (test_file(m), *more)})
    copy_project()
    configure(modules, [name for name in tests if (COPY / name).is_file()])
    run_mutmut(options.seconds)
    low = []
    for name, group in groups.items():
        seen, tried = (sum(part) for part in zip(*(score(module) for module in group), strict=True))
        for module in group:
            print(describe_score(module))
        print(f"{name}: {seen} of {tried} changes seen by a test, {seen / max(tried, 1):.0%}")
        if not tried or seen / tried < LEAST_SHARE:
            low.append(name)
    if options.unseen:
        for module in modules:
            for mutant in (key for key, code in outcomes(module).items() if code in UNSEEN):
                subprocess.run([sys.executable, "-m", "mutmut", "show", mutant], cwd=COPY, check=False)
    if low and not options.changed:
        print(f"mutation: below {LEAST_SHARE:.0%}: {', '.join(low)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
