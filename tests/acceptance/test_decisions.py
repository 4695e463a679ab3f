"""`decisions import` and `figures` as a person calls them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.acceptance.called import Called, called_in, first_of


@pytest.fixture
def call(
    published_city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Called:
    return called_in(published_city, tmp_path, monkeypatch, capsys)


def test_a_file_of_another_system_is_taken_and_what_is_refused_is_named(call: Called, tmp_path: Path) -> None:
    one, two = first_of(call)[:2]
    file = tmp_path / "cad.csv"
    rows = [f"{one},accepted,known_concern,2026-03-01T06:10:00-06:00"]
    file.write_text("\n".join(["suggestion_id,decision,reason,decided_at", *rows]) + "\n")
    assert call("decisions", "import", "configs/tiny.toml", str(file))[:2] == (
        0, "1 rows taken, 0 taken before, 0 refused\n",
    )  # fmt: skip
    rows += [
        f"{one},declined,nobody_free,2026-03-01T06:20:00-06:00",
        f"{two},declined,nobody_free,2026-03-01T06:20:00-06:00",
    ]
    file.write_text("\n".join(["suggestion_id,decision,reason,decided_at", *rows]) + "\n")
    code, out, err = call("decisions", "import", "configs/tiny.toml", str(file))
    assert (code, out) == (22, "1 rows taken, 1 taken before, 1 refused\n")
    assert "cad.csv line 3" in err


def test_answers_are_counted_by_district_and_never_by_person(call: Called) -> None:
    one, two = first_of(call)[:2]
    call("decide", "current", one, "--accept", "--reason", "known_concern")
    call("decide", "current", two, "--decline", "--reason", "nobody_free")
    call("deliver", "current", one, "--visits", "1", "--minutes", "12", "--activity", "advice")
    assert call("decisions", "figures", "configs/tiny.toml")[1] == "no shift is closed\n"
    code, out, _ = call("decisions", "figures", "configs/tiny.toml", at=datetime(2026, 3, 1, 21, tzinfo=UTC))
    assert code == 0
    assert [line.split() for line in out.splitlines()] == [
        [
            "district",
            "suggestions",
            "accepted",
            "amended",
            "declined",
            "not_actioned",
            "answered_share",
            "followed_share",
            "delivered_share",
        ],
        ["1", "4", "1", "0", "1", "2", "50", "%", "25", "%", "100", "%"],
        ["2", "4", "0", "0", "0", "4", "0", "%", "0", "%", "-"],
        ["all", "8", "1", "0", "1", "6", "25", "%", "12", "%", "100", "%"],
    ]


def test_a_run_that_was_changed_is_named_where_its_answers_are_not_counted(call: Called) -> None:
    over = datetime(2026, 3, 1, 21, tzinfo=UTC)
    assert "not counted" not in call("decisions", "figures", "configs/tiny.toml", at=over)[1]
    manifest = Path("runs/tiny/current/manifest.json")
    run = manifest.parent.resolve().name
    manifest.chmod(0o644)
    manifest.write_text(manifest.read_text() + " ")
    out = call("decisions", "figures", "configs/tiny.toml", at=over)[1]
    assert out == f"no shift is counted\nnot counted, since they were removed or changed: {run}\n"
