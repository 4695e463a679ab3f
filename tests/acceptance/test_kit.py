"""`patrolcast kit`: checked elsewhere with Python alone; whatever is tampered with is found, the untouched kit passes.

Tampering is tried by an insider where that is harder to find: somebody who may sign `kit.json` anew, with the key.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.acceptance.conftest import ROOT, Sample, called, patrolcast
from tests.io.handed_out.test_statement import use_key
from tests.io.trail.trails import ACTOR, KEY, OTHER_KEY
from tools import verify_kit

from patrolcast.io.encode import json_bytes
from patrolcast.io.handed_out.statement import known_keys, signed_statement
from patrolcast.io.store.run_store import current_run
from patrolcast.io.trail import Trail
from patrolcast.io.trail.note import Checkpoint, signed_note, verifier_key
from patrolcast.io.trail.scan import entries_if_begun
from patrolcast.runs.records.make import make_records

Files = dict[str, bytes]
TWIN, CONFIG_OF_TWIN = "twin/data/incidents.csv", "twin/configs/twin.toml"
PUBLIC = str(verifier_key(KEY, "patrolcast/sample"))


@pytest.fixture(scope="module")
def run(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The sample's run in a copy whose trail is signed, with records; the key stays in use."""
    root = tmp_path_factory.mktemp("kit")
    shutil.copytree(sample.runs, root / "runs", symlinks=True)
    runs = root / "runs" / "sample"
    with pytest.MonkeyPatch.context() as monkeypatch:
        use_key(monkeypatch, root / "secret")
        with Trail(runs / "trail", city="sample", actor=ACTOR, key=KEY) as trail:
            trail.checkpoint()
        folder = current_run(runs)
        assert folder is not None
        make_records(folder, ROOT / "governance" / "sample", profile="nl")
        yield folder


@pytest.fixture(scope="module")
def kit(run: Path) -> Path:
    out = run.parents[2] / "a kit.zip"
    done = called("kit", run, "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1] == "check it anywhere: python3 -I -S a kit.zip"
    return out


@pytest.fixture(scope="module")
def files(kit: Path) -> Files:
    with zipfile.ZipFile(kit) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def small(files: Files, run: Path) -> Files:
    """The same with fifty records of the twin: what is tampered with is checked forty times."""
    twin = {**json.loads(files["kit.json"])["twin"], "records": 50}
    return sealed({**files, TWIN: b"".join(files[TWIN].splitlines(keepends=True)[:51])}, run, twin=twin)


def outside(*arguments: object, cwd: Path) -> tuple[int, str]:
    """As an outsider checks it: no environment, no packages, another folder."""
    command = [sys.executable, "-I", "-S", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd=cwd, env={})
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_from_the_zip_alone_one_command_checks_trail_hashes_and_figures(kit: Path, tmp_path: Path) -> None:
    shutil.copy(kit, tmp_path / "got.zip")
    code, out = outside("got.zip", "--key", PUBLIC, "--source", ROOT / "src" / "patrolcast", cwd=tmp_path)
    assert code == 0, out
    assert "WRONG" not in out
    n = next(line for line in out.splitlines() if "figures of the audit of groups come out again" in line)
    assert int(n.split()[1]) > 900
    for said in (
        "1 signed checkpoints fit; the largest covers 4 of 4 entries",
        "3 proofs lead from an entry to a signed root",
        "kit.json is signed",
        "the published records are those",
        "--source is the code of the run",
    ):
        assert f"ok          {said}" in out, said
    assert [path.name for path in tmp_path.iterdir()] == ["got.zip"]


def test_unpacked_it_checks_itself_and_changes_nothing(files: Files, tmp_path: Path) -> None:
    for name, data in files.items():
        (tmp_path / "k" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "k" / name).write_bytes(data)
    code, out = outside("k/verify.py", cwd=tmp_path)
    assert code == 0, out
    assert "NOT CHECKED whose key signed: the key comes from the kit itself" in out
    assert {p.relative_to(tmp_path / "k").as_posix() for p in (tmp_path / "k").rglob("*") if p.is_file()} == {*files}
    (tmp_path / "k" / "kit.json").unlink()
    assert outside("k/verify.py", cwd=tmp_path) == (2, "no kit: there is no kit.json\n")


def test_other_code_than_the_runs_is_found(kit: Path, tmp_path: Path) -> None:
    (tmp_path / "patrolcast").mkdir()
    (tmp_path / "patrolcast" / "audit.py").write_text("print('fair')\n")
    code, out = outside(kit, "--source", tmp_path / "patrolcast", cwd=tmp_path)
    assert code == 1
    assert "WRONG       --source is other code than the run's: " in out


# --- tampering --------------------------------------------------------------------------------------------------------
def checked(files: Files, *keys: str) -> list[str]:
    """What the verifier says of these files, as faults."""
    kit = verify_kit.Kit.__new__(verify_kit.Kit)
    kit.place, kit.doubled, kit.names, kit._paths, kit._read = Path("/nowhere"), [], sorted(files), None, dict(files)
    out = io.StringIO()
    report = verify_kit.Report(out)
    try:
        verify_kit.check_kit(kit, report, keys or (PUBLIC,))
    except (AttributeError, KeyError, ValueError) as error:  # as `main` does
        report.fault(f"the kit cannot be read to its end ({error})")
    assert report.ok + report.wrong > 0
    return [line[12:] for line in out.getvalue().splitlines() if line.startswith("WRONG")]


def sealed(files: Files, run: Path, **changed: Any) -> Files:
    """The files with a `kit.json` that lists them, signed with the key of the trail."""
    about = {**json.loads(files["kit.json"]), **changed}
    listed = {name for name in files if name not in ("kit.json", "kit.json.note")}
    about["files"] = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(listed)}
    data = json_bytes(about)
    facts = {"city": "sample", "kind": "kit", "run_id": about["run_id"], "sha256": hashlib.sha256(data).hexdigest()}
    note = signed_statement(run.parent, known_keys(entries_if_begun(run.parent / "trail")), **facts)
    assert note is not None
    return {**files, "kit.json": data, "kit.json.note": note}


def in_json(files: Files, name: str, change: Callable[[Any], None]) -> Files:
    document = json.loads(files[name])
    change(document)
    return {**files, name: json_bytes(document)}


def with_manifest(files: Files, name: str, change: Callable[[Any], None]) -> Files:
    """A file of the run changed, and its hash in the manifest with it."""
    new = in_json(files, f"run/{name}", change)
    sha = hashlib.sha256(new[f"run/{name}"]).hexdigest()
    return in_json(new, "run/manifest.json", lambda m: m["outputs"].update({name: sha}))


def in_table(files: Files, name: str, column: str, add: float, *, rows: int = 1) -> Files:
    """The largest values of a column of a table, moved."""
    table = list(csv.DictReader(io.StringIO(files[name].decode())))
    for row in sorted(table, key=lambda row: -float(row[column]))[:rows]:
        row[column] = repr(float(row[column]) + add)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, table[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return {**files, name: out.getvalue().encode()}


def without(files: Files, *names: str) -> Files:
    return {name: data for name, data in files.items() if name not in names}


def last_entry_forged(files: Files) -> Files:
    """The run's publication with another manifest, its hash made anew as somebody does who knows how."""
    from patrolcast.io.trail.canonical import canonical_bytes

    lines = files["trail/entries.jsonl"].splitlines()
    entry = json.loads(lines[1])
    entry["body"]["forced"] = True
    rest = {key: value for key, value in entry.items() if key != "hash"}
    lines[1] = canonical_bytes({**rest, "hash": hashlib.sha256(canonical_bytes(rest)).hexdigest()})
    return {**files, "trail/entries.jsonl": b"".join(line + b"\n" for line in lines)}


def leaves_changed(files: Files, change: Callable[[list[bytes]], list[bytes]]) -> Files:
    return {**files, "trail/leaves.txt": b"".join(x + b"\n" for x in change(files["trail/leaves.txt"].split()))}


def checkpoint_by(files: Files, key: Ed25519PrivateKey) -> Files:
    import base64

    name = next(name for name in files if name.startswith("trail/checkpoints/"))
    origin, size, root = files[name].decode().split("\n")[:3]
    return {**files, name: signed_note(Checkpoint(origin, int(size), base64.b64decode(root)), key)}


def excess(audit: Any) -> None:
    audit["disparity"]["groups"][0]["excess"]["estimate"] = 0.0


def verdict(document: Any) -> None:
    next(gate for gate in document["gates"] if gate["verdict"] == "warn")["verdict"] = "pass"


def screen(files: Files) -> str:
    return next(name for name in files if name.endswith(".screen.json"))


Tampering = tuple[Callable[[Files], Files], str]
BY_ANYBODY: dict[str, Tampering] = {
    "a byte of the audit": (lambda f: {**f, "run/audit.json": f["run/audit.json"] + b" "}, "audit.json was changed"),
    "a file gone": (lambda f: without(f, "run/admission.json"), "run/admission.json is missing"),
    "a file more": (lambda f: {**f, "run/audit2.json": b"{}"}, "run/audit2.json is in the kit and in no list"),
    "the verifier": (lambda f: {**f, "verify.py": b"print('ok')\n"}, "verify.py was changed"),
    "a layer of the twin": (lambda f: {**f, "twin/data/sample/tracts.geojson": b"{}"}, "tracts.geojson was changed"),
    "kit.json": (lambda f: in_json(f, "kit.json", lambda k: k.update(left_out={})), "not signed by a known"),
    "its signature gone": (lambda f: without(f, "kit.json.note"), "kit.json is not signed, and there is a key"),
    "a key twice in kit.json": (
        lambda f: {**f, "kit.json": f["kit.json"].replace(b"{", b'{"not_for_use": true,', 1)}, "a key comes twice"),
}  # fmt: skip
BY_AN_INSIDER: dict[str, Tampering] = {
    "an excess in the audit": (lambda f: with_manifest(f, "audit.json", excess), "states another manifest"),
    "a verdict": (lambda f: in_json(with_manifest(f, "audit.json", verdict), "run/manifest.json", verdict),
                  "states another manifest"),
    "a verdict in the audit alone": (lambda f: in_json(f, "run/audit.json", verdict), "hold other verdicts"),
    "need": (lambda f: in_table(f, "tables/need.csv", "need", 3.0), "computed again"),
    "minutes": (lambda f: in_table(f, "tables/minutes.csv", "minutes", 15.0), "computed again"),
    "residents": (lambda f: in_table(f, "tables/residents.csv", "members", 1.0, rows=3), "computed again"),
    "reports": (lambda f: in_table(f, "tables/reports.csv", "reached", 1.0), "computed again"),
    "another training": (lambda f: in_table(f, "tables/cells.csv", "minutes_of_training_1", 90.0, rows=9),
                         "computed again"),
    "no number": (lambda f: in_table(f, "tables/need.csv", "need", float("nan")), "computed again"),
    "no tables": (lambda f: without(f, *(n for n in f if n.startswith("tables/"))), "are not in the kit"),
    "no counts, unsaid": (lambda f: without(f, "tables/need.csv", "tables/reports.csv"), "missing and not said to be"),
    "an entry of the trail": (last_entry_forged, "is not the one that the trail has there"),
    "the run's entries gone": (lambda f: {**f, "trail/entries.jsonl": f["trail/entries.jsonl"].splitlines(True)[2]},
                               "no entry of the trail states the manifest of this run"),
    "the hash of another entry": (lambda f: leaves_changed(f, lambda x: [b"ab" * 32, *x[1:]]), "has another root"),
    "the trail cut": (lambda f: leaves_changed(f, lambda x: x[:3]), "has another root"),
    "a checkpoint by another key": (lambda f: checkpoint_by(f, OTHER_KEY), "is not signed by a known key"),
    "a proof of another entry": (lambda f: {**f, "trail/proofs/2.proof": f["trail/proofs/3.proof"]},
                                 "trail/proofs/2.proof is of another entry"),
    "a proof gone": (lambda f: without(f, "trail/proofs/3.proof"), "entry 3 is covered by a checkpoint"),
    "a stored test": (lambda f: in_json(f, screen(f), lambda s: s.update(verdict="passed")), "is not the input"),
    "a page of the records": (lambda f: {**f, "records/index.html": b"<p>all well</p>"}, "records/index.html is"),
    "records.json": (lambda f: in_json(f, "records/records.json", lambda r: r.update(profile="eu")),
                     "records.json is not signed by a known key"),
    "the records' signature gone": (lambda f: without(f, "records/records.json.note"), "json is not signed, and"),
    "the list of the code": (lambda f: in_json(f, "code/code.json", lambda c: c["files"].popitem()), "other files"),
    "a record of the twin": (lambda f: {**f, TWIN: f[TWIN] + b"1,2,3,4,5,6,7\n"}, "kit.json says"),
    "the config": (lambda f: in_json(f, "run/manifest.json", lambda m: m["config"]["patrol"].update(visits_per_cell=9)),
                   "the config has another hash"),
}  # fmt: skip


def test_the_untouched_kit_and_one_sealed_again_pass(files: Files, small: Files) -> None:
    assert checked(files) == []
    assert checked(small) == []


@pytest.mark.parametrize("what", BY_ANYBODY)
def test_what_anybody_changes_is_found(small: Files, what: str) -> None:
    change, fault = BY_ANYBODY[what]
    faults = checked(change(small))
    assert any(fault in line for line in faults), faults


@pytest.mark.parametrize("what", BY_AN_INSIDER)
def test_what_an_insider_changes_and_signs_anew_is_found(small: Files, run: Path, what: str) -> None:
    change, fault = BY_AN_INSIDER[what]
    faults = checked(sealed(change(small), run))
    assert faults
    assert any(fault in line for line in faults), faults


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"not_for_use": True}, "kit.json says something else of whether the run may be used"),
        ({"city": "other"}, "kit.json is of another run or city"),
        ({"copies_of_inputs": {}}, "the stored test configs/evidence/sample.loop.json is not in the kit"),
    ],
)
def test_what_kit_json_says_of_the_run_must_fit_it(
    small: Files, run: Path, changed: dict[str, Any], fault: str
) -> None:
    assert any(fault in line for line in checked(sealed(small, run, **changed)))


def test_a_key_that_was_brought_counts_alone_and_needs_signatures(small: Files, run: Path) -> None:
    other = str(verifier_key(OTHER_KEY, "patrolcast/sample"))
    assert any("is not signed by a known key" in line for line in checked(small, other))
    gone = [name for name in small if name.startswith(("trail/checkpoints/", "trail/proofs/"))]
    bare = sealed(without(small, *gone), run)
    assert "you brought a key, and no checkpoint in the kit is signed" in checked(bare)
    assert "--key is no key of the form NAME+HASH+KEY" in checked(small, "nonsense")


def test_a_file_that_stands_twice_in_the_zip_is_found(files: Files, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "k.zip", "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("VERIFY.md", b"all well")
    code, out = outside(ROOT / "tools" / "verify_kit.py", tmp_path / "k.zip", cwd=tmp_path)
    assert code == 1
    assert "WRONG       VERIFY.md stands in the zip more than once" in out


def test_no_code_of_a_kit_runs_but_of_the_one_that_the_verifier_lies_in(files: Files, tmp_path: Path) -> None:
    evil = {**files, "verify_trail.py": b"raise SystemExit('taken over')\n"}
    about = json.loads(files["kit.json"])
    about["files"]["verify_trail.py"] = hashlib.sha256(evil["verify_trail.py"]).hexdigest()
    with zipfile.ZipFile(tmp_path / "k.zip", "w") as archive:
        for name, data in {**without(evil, "kit.json.note"), "kit.json": json_bytes(about)}.items():
            archive.writestr(name, data)
    code, out = outside(ROOT / "tools" / "verify_kit.py", tmp_path / "k.zip", cwd=tmp_path)
    assert code == 1
    assert "taken over" not in out


@pytest.mark.long
def test_without_counts_what_needs_them_is_not_checked_and_said(run: Path, tmp_path: Path) -> None:
    done = called("kit", run, "--out", tmp_path / "k.zip", "--without-counts", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["signed"] is True
    code, out = outside("k.zip", cwd=tmp_path)
    assert code == 0
    assert "NOT CHECKED ratios of need, and reach: this kit was made without counts of reports" in out
    assert "figures of the audit of groups come out again" in out
    with zipfile.ZipFile(tmp_path / "k.zip") as archive:
        assert not {"tables/need.csv", "tables/reports.csv"} & {*archive.namelist()}


def test_records_that_do_not_hold_any_more_are_in_no_kit(run: Path, tmp_path: Path) -> None:
    page = run.parent / "records" / run.name / "dutch_register.html"
    whole = page.read_bytes()
    page.write_bytes(whole + b" ")
    done = called("kit", run, "--out", tmp_path / "k.zip")
    page.write_bytes(whole)
    assert done.returncode == 13
    assert done.stderr.count("\n") == 1
    assert "dutch_register.html is missing or was changed" in done.stderr


@pytest.mark.long
def test_forecast_and_audit_run_on_the_twin(files: Files, tmp_path: Path) -> None:
    for name, data in files.items():
        if name.startswith("twin/"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(data)
    done = patrolcast("forecast", tmp_path / CONFIG_OF_TWIN, "--no-publish", "--runs", tmp_path / "runs", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    [path] = (tmp_path / "runs").glob("*/*/audit.json")
    audit = json.loads(path.read_bytes())
    assert [one["group"] for one in audit["disparity"]["groups"]] == ["group_a", "group_b", "group_c"]
    assert audit["publishable"] is False
    manifest = json.loads((path.parent / "manifest.json").read_bytes())
    assert manifest["sources"][0]["refused"] == {}
