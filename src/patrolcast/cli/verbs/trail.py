"""``patrolcast trail verify``, ``show``, ``redact``, ``prove`` and ``key``."""

from pathlib import Path
from typing import Annotated

import typer

from patrolcast.cli.console import say, say_json, table_lines
from patrolcast.cli.options import Json, Quiet, Runs

Named = Annotated[
    Path | None,
    typer.Argument(metavar="[CONFIG]", help="config of the city, or a folder with a trail; default: all below runs/"),
]
OfCity = Annotated[Path, typer.Argument(metavar="CONFIG", help="config of the city, or a folder with a trail")]
Seq = Annotated[int, typer.Argument(metavar="SEQ", min=1, help="number of the entry")]
LONGEST_SHOWN = 60


def verify_entries(
    named: Named = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", help="a signed checkpoint kept elsewhere, or a folder of them; may come twice"),
    ] = None,
    since: Annotated[
        Path | None, typer.Option("--since", help="a checkpoint up to which steps of the clock were looked at before")
    ] = None,
    proof: Annotated[
        Path | None, typer.Option("--proof", help="a proof of one entry, as `trail prove` writes it")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option("--key", help="a public key that you trust; default: those the trail names")
    ] = None,
    runs: Runs = None,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Checks every line, checkpoint and text of the audit trail.

    Says for each of three levels of tampering whether it is ruled out. Exit 30 broken, 31 shorter than a checkpoint
    says, 32 wrong signature, 33 the search index differs, 34 the clock went backwards. Writes nothing.

    Example: patrolcast trail verify configs/sample.toml --checkpoint /media/audit/sample
    """
    from patrolcast.runs.trail.find import find_trails
    from patrolcast.runs.trail.verify import verified_document, verified_lines, verify_city_trail

    looked = [
        (trail.city, verify_city_trail(trail, checkpoints=checkpoint or (), since=since, proof=proof, keys=key or ()))
        for trail in find_trails(named, runs=runs)
    ]
    if json:
        say_json({"trails": [verified_document(city, verified) for city, verified in looked]})
    else:
        say([line for city, verified in looked for line in verified_lines(city, verified)], quiet=quiet)
    return min((verified.exit_code for _, verified in looked if verified.exit_code), default=0)


def show_entries(
    named: Named = None,
    run: Annotated[str | None, typer.Option("--run", help="id of a run")] = None,
    cell: Annotated[str | None, typer.Option("--cell", help="H3 index of a cell")] = None,
    person: Annotated[str | None, typer.Option("--person", help="account that acted")] = None,
    event: Annotated[str | None, typer.Option("--event", help="e.g. run.refused; or its first part, e.g. run")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.csv", help="write all of it as CSV")] = None,
    index: Annotated[bool, typer.Option("--index", help="also make index.sqlite anew, for SQLite tools")] = False,
    runs: Runs = None,
    json: Json = False,
) -> None:
    """Lists entries of the audit trail, by run, cell, person or event.

    Example: patrolcast trail show configs/sample.toml --event run.refused --out refusals.csv
    """
    from patrolcast.domain.errors import CannotWriteError
    from patrolcast.runs.trail.entries import Wanted, renew_index, rows_as_csv, wanted_rows
    from patrolcast.runs.trail.find import the_trail

    trail = the_trail(named, runs=runs)
    if index and not renew_index(trail.folder):
        rule, cure = "must be writable", "the trail itself is as it was; see to its folder"
        raise CannotWriteError("the search index of the audit trail", rule=rule, cure=cure)
    rows = list(wanted_rows(trail.folder, Wanted(run=run, cell=cell, person=person, event=event)))
    if out is not None:
        say([f"{rows_as_csv(rows, out):,} entries in {out}"])
    elif json:
        say_json({"city": trail.city, "entries": rows})
    else:
        short = ("seq", "ts_utc", "event", "person", "run", "text")
        lines = table_lines([{name: row[name][:LONGEST_SHOWN] for name in short} for row in rows])
        say(lines or ["no entry fits"])


def redact_text(
    named: OfCity,
    seq: Seq,
    rule: Annotated[str, typer.Option("--rule", help="why, and by what right; it stays on the trail for good")],
    runs: Runs = None,
) -> None:
    """Removes the personal text of one entry for good.

    The entry stays and the chain still fits; an entry says who removed the text, when and under which rule.

    Example: patrolcast trail redact configs/sample.toml 17 --rule "court order 12/2026"
    """
    from patrolcast.runs.trail.find import the_trail
    from patrolcast.runs.trail.redact import redact_entry

    redaction = redact_entry(the_trail(named, runs=runs), seq, rule=rule)
    say([f"the text of entry {seq} is gone; entry {redaction.seq} says so"])


def prove_entry(
    named: OfCity,
    seq: Seq,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="where the proof is written")],
    runs: Runs = None,
) -> None:
    """Writes a proof that an entry stands on the trail, for somebody who sees only that entry.

    Example: patrolcast trail prove configs/sample.toml 17 --out entry-17.proof
    """
    from patrolcast.io.safe_files import write_file
    from patrolcast.io.trail.proof import make_proof
    from patrolcast.runs.trail.find import the_trail

    say([f"proof of entry {seq} in {write_file(out, make_proof(the_trail(named, runs=runs).folder, seq))}"])


def make_key(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="where the private key is written; outside the project")],
    city: Annotated[str, typer.Option("--city", help="the config's name, which is part of the public key")],
) -> None:
    """Makes a key for signing checkpoints, and prints its public half.

    Keep the file closed and set PATROLCAST_TRAIL_KEY to its path. Give the public key to whoever checks the trail.

    Example: patrolcast trail key /etc/patrolcast/trail.key --city sample
    """
    from patrolcast.io.trail.keys import VARIABLE, make_trail_key
    from patrolcast.io.trail.note import verifier_key

    public = verifier_key(make_trail_key(file), f"patrolcast/{city}")
    say([f"{VARIABLE}={file.resolve()}", f"public key: {public}"])
