"""The kit's verifier against zips and tables that somebody made up to be read in two ways, or not to be read at all."""

from __future__ import annotations

import ast
import hashlib
import json
import math
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tools import verify_kit

from patrolcast.audit.gates import REQUIRED
from patrolcast.runs.forecast.stored_runs import stopping_gates

Files = dict[str, bytes]
GOOD: Files = {"run/audit.json": b"{}", "VERIFY.md": b"read this"}


def zipped(path: Path, files: Files, change: Callable[[zipfile.ZipInfo], None] = lambda _: None) -> Path:
    """A kit whose `kit.json` lists all of it, so that only the form of the zip is wrong."""
    about = {"files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**files, "kit.json": json.dumps(about).encode()}.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            change(entry)
            archive.writestr(entry, data)
    return path


def faults_of(path: Path) -> list[str]:
    kit = verify_kit.Kit(path)
    return list(verify_kit.file_faults(kit, kit.json("kit.json")["files"]))


def test_an_ordinary_zip_has_no_fault(tmp_path: Path) -> None:
    path = zipped(tmp_path / "k.zip", GOOD)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("twin/", b"")
    assert faults_of(path) == [], "whoever packs it again adds entries of folders"


@pytest.mark.parametrize("name", ["../up.py", "/etc/x", "a/../b", "a//b", "c:x", "a\\b", "./x", "a\x1b[1Ab"])
def test_a_name_that_leads_out_of_the_kit_is_a_fault_though_it_is_listed(tmp_path: Path, name: str) -> None:
    assert f"{name} would be unpacked to another place" in faults_of(zipped(tmp_path / "k.zip", {**GOOD, name: b"x"}))


def test_two_names_that_one_disk_holds_as_one_are_a_fault(tmp_path: Path) -> None:
    found = faults_of(zipped(tmp_path / "k.zip", {**GOOD, "RUN/audit.json": b'{"fair": true}'}))
    assert [one for one in found if "differs from another file by its case alone" in one]


def test_a_folder_that_holds_bytes_is_a_file_in_no_list(tmp_path: Path) -> None:
    path = zipped(tmp_path / "k.zip", GOOD)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("hidden/", b"bytes that no list names")
    assert "hidden/ is in the kit and in no list" in faults_of(path)


def links(entry: zipfile.ZipInfo) -> None:
    if entry.filename == "VERIFY.md":
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16


def packs_otherwise(entry: zipfile.ZipInfo) -> None:
    entry.compress_type = zipfile.ZIP_BZIP2


@pytest.mark.parametrize(("change", "said"), [(links, "is a link"), (packs_otherwise, "is packed in another way")])
def test_a_link_or_a_packing_without_bound_is_no_kit(
    tmp_path: Path, change: Callable[[zipfile.ZipInfo], None], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_kit.main([str(zipped(tmp_path / "k.zip", GOOD, change))]) == 2
    assert said in capsys.readouterr().out


def test_an_encrypted_file_and_one_that_breaks_the_reader_end_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = bytearray(zipped(tmp_path / "k.zip", GOOD).read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "e.zip").write_bytes(bytes(data))
    assert verify_kit.main([str(tmp_path / "e.zip")]) == 2
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "kit.json").write_text('{"files": []}')
    assert verify_kit.main([str(tmp_path / "d")]) == 1
    (tmp_path / "d" / "kit.json").write_text('{"files": {}, "files ": ' + "[" * 100_000)
    assert verify_kit.main([str(tmp_path / "d")]) == 1
    out = capsys.readouterr().out
    assert "Traceback" not in out
    assert out.count("WRONG       the kit cannot be read to its end") == 2


def test_a_run_without_a_required_check_is_not_for_use() -> None:
    gates = [{"name": name, "verdict": "pass", "stops": True} for name in sorted(REQUIRED)]
    assert verify_kit.stopped_by({"gates": gates}) == []
    for k in range(len(gates)):
        left = gates[:k] + gates[k + 1 :]
        assert verify_kit.stopped_by({"gates": left}) == [gates[k]["name"]] == stopping_gates(left)


# --- tables -----------------------------------------------------------------------------------------------------------
TABLES = {
    "tables/cells.csv": "cell,district\na,1\nb,1\n",
    "tables/minutes.csv": "night,cell,minutes\n2026-01-01,a,15\n",
    "tables/need.csv": "batch,cell,need\n1,a,2\n6,b,1\n",
    "tables/reports.csv": "cell,reported,reached\na,3,1\n",
    "tables/residents.csv": "group,spreading,cell,members,others,everyone\ng,by area,a,10,20,30\n",
}
AUDIT = {"first_night": "2026-01-01", "last_night": "2026-01-12", "n_nights": 12}


def tables_of(tmp_path: Path, **added: str) -> Any:
    for name, text in TABLES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text + added.get(Path(name).stem, ""))
    return verify_kit.Tables(verify_kit.Kit(tmp_path), AUDIT)


def test_tables_are_read_as_they_stand(tmp_path: Path) -> None:
    tables = tables_of(tmp_path)
    assert (tables.need[0], tables.need[5], tables.reports) == ({"a": 2.0}, {"b": 1.0}, {"a": (3.0, 1.0)})


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("cells", "a,2\n"), ("minutes", "2026-01-01,a,0\n"), ("need", "1,a,3\n"), ("reports", "a,9,9\n"),
        ("residents", "g,by area,a,1,2,3\n"), ("need", "1,elsewhere,3\n"), ("reports", "elsewhere,9,9\n"),
        ("need", "1,b\n"), ("need", "1,b,3,4\n"),
    ],
)  # fmt: skip
def test_a_row_that_comes_twice_or_of_nowhere_or_of_another_length_is_refused(
    tmp_path: Path, table: str, row: str
) -> None:
    with pytest.raises(ValueError, match=r"two rows of|does not hold|another length"):
        tables_of(tmp_path, **{table: row})


def test_a_batch_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexError):
        tables_of(tmp_path, need="7,b,3\n")


def an_audit() -> dict[str, Any]:
    excess = {"estimate": 0.2, "lower": -0.1, "upper": 0.5}
    reach = {"estimate": 0.03, "lower": 0.01, "upper": 0.05}
    return {
        "disparity": {"groups": [{"group": "g", "excess": excess}],
                      "opportunity": [{"group": "g", "difference": reach}]},
        "gates": [
            {"name": "group_excess_g", "value": math.exp(0.2), "interval": [math.exp(-0.1), math.exp(0.5)]},
            {"name": "group_opportunity_g", "value": 0.03, "interval": [0.01, 0.05]},
        ],
    }  # fmt: skip


def test_a_check_carries_the_figure_of_the_audit() -> None:
    assert verify_kit.gate_faults(an_audit()) == []
    for k in (0, 1):
        for change in ({"value": 1.0}, {"interval": [0.9, 1.1]}, {"name": "other"}):
            audit = an_audit()
            audit["gates"][k].update(change)
            assert len(verify_kit.gate_faults(audit)) == 1, change


def test_it_is_written_for_python_3_9() -> None:
    for name in ("verify_kit.py", "verify_trail.py"):
        source = Path(verify_kit.__file__).with_name(name).read_text()
        tree = ast.parse(source, feature_version=(3, 9))
        assert "strict" not in {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}, "that is 3.10"
