"""What Vega makes of layers: the same bytes in any process, no style of its own, nothing that a policy would refuse."""

from __future__ import annotations

import hashlib
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from tests.report.picture import Picture

from patrolcast.domain.errors import NotPermittedError
from patrolcast.report.plots import layers
from patrolcast.report.plots.intervals import Mark, Row, interval_plot
from patrolcast.report.plots.layers import Drawing, kind, layer, picture, symbols


def drawn_here() -> str:
    rows = [Row("a ü <b>", (Mark("circle blue", 1.1, 0.987654321, 1.3, "1.1"),)), Row("none", ())]
    key = [("circle blue", "k")]
    return str(interval_plot(rows, title="t", spanning=(), neutral=1.0, is_log=True, band=(0.8, 1.25), key=key))


def drawn(**environment: str) -> bytes:
    """The same plot from a new process."""
    code = "from tests.report.plots.test_layers import drawn_here; print(drawn_here())"
    given = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, check=True).stdout


def test_another_process_home_time_zone_and_language_give_the_same_bytes(tmp_path: Path) -> None:
    first = drawn(PYTHONHASHSEED="1", TZ="UTC")
    other = drawn(
        PYTHONHASHSEED="2", TZ="Asia/Tokyo", LC_ALL="de_DE.UTF-8", HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path)
    )
    assert first == other
    assert first.count(b"<svg") == 2
    assert list(tmp_path.iterdir()) == [], "nothing is written beside the page"


def test_a_picture_holds_no_style_no_id_no_address_and_no_colour_of_its_own() -> None:
    rows = [Row("a", (Mark("square ink hollow", 1.1, 1.0, 1.2, "1.1"),)), Row("b", ())]
    text = str(interval_plot(rows, title="t", spanning=(), neutral=1.0, band=(0.9, 1.1)))
    assert re.findall(r" (?:style|id|href|on\w+)=|url\(|http|font-family|#[0-9a-f]{3}", text) == []
    colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', text))
    assert colours == {"none", "var(--ink)", "var(--quiet)", "var(--line)", "var(--paper)", "var(--band)"}
    assert text.count('role="') == 2, "one picture, nothing inside it that is read out by itself"


def test_text_is_text_and_cannot_become_markup() -> None:
    hostile = "</text><script>alert(1)</script>'\"&{{x}}"
    text = interval_plot([Row(hostile, ())], title=hostile, spanning=(), neutral=0.0)
    shown = Picture(text)
    assert "<script" not in text
    assert "".join(words for words in shown.texts("over")).replace(" ", "") == hostile
    assert shown.title == hostile


def test_words_that_no_file_or_eye_can_hold_are_shown_as_their_codes() -> None:
    text = interval_plot([Row("a\ud800b\u202ec", ())], title="t\ud800", spanning=(), neutral=0.0)
    assert text.encode("utf-8")
    assert "a\\ud800b\\u202ec" in Picture(text).texts("over")


@pytest.mark.parametrize("limit", [4e9, 99e9, 101e9, resource.RLIM_INFINITY])
def test_too_few_addresses_are_an_error_and_not_the_end_of_the_process(
    monkeypatch: pytest.MonkeyPatch, limit: float
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))
    if not 0 < limit < 100e9:
        assert "<svg" in drawn_here()
        return
    with pytest.raises(NotPermittedError) as found:
        drawn_here()
    assert str(found.value) == (
        f"a page with plots: got at most {limit / 1e9:.0f} GB of addresses for a process (ulimit -v); the library that "
        "draws plots reserves 100 GB of them (it uses 0.1 GB of memory); start with `ulimit -v unlimited`; limit "
        "memory instead, as MemoryMax in deploy/patrolcast.service"
    )


def test_digits_in_words_stay_as_they_are_where_coordinates_are_rounded() -> None:
    text = interval_plot([Row('x="1.23456789" 0.98765', ())], title="t", spanning=(), neutral=0.0)
    assert 'x="1.23456789" 0.98765' in Picture(text).texts("over")
    coordinates = re.findall(r"\d+\.(\d+)", "".join(re.findall(r"<[^>]+>", text)))
    assert max(len(decimals) for decimals in coordinates) == 1


@pytest.mark.parametrize("of", ["circle blue", "square ink hollow", "diamond orange"])
def test_a_mark_has_the_shape_and_the_colours_of_its_kind(of: str) -> None:
    drawing = Drawing([symbols([{"x": 10.0, "y": 20.0, **kind(of)}])], 100.0, 50.0, left=5.0, top=3.0)
    (mark,) = Picture(picture(drawing, "t")).marks(of)
    assert mark.points == ((15.0, 23.0),)


def test_no_coordinate_hangs_on_a_font(monkeypatch: pytest.MonkeyPatch) -> None:
    first = drawn_here()
    for font in ("monospace", "no such font"):
        monkeypatch.setattr(layers, "_CONFIG", {**layers._CONFIG, "font": font})
        assert drawn_here() == first
    monkeypatch.setattr(layers, "_CONFIG", {**layers._CONFIG, "text": {**layers._CONFIG["text"], "fontSize": 15}})
    assert drawn_here() != first, "the settings are those that are drawn with"


def test_the_bytes_are_those_of_other_machines() -> None:
    """Another hash here: a new look, another version of vl-convert, or a machine that draws otherwise. Say which."""
    assert hashlib.sha256(drawn_here().encode()).hexdigest()[:16] == "9447e56ed72b2379"


def test_two_layers_of_one_style_keep_its_class() -> None:
    levels = [layer("heavy", "rule", y={"value": height}) for height in (10.0, 20.0)]
    assert [line.y[0] for line in Picture(picture(Drawing(levels, 100.0, 50.0), "t")).lines("heavy")] == [10.0, 20.0]


def test_a_page_without_plots_does_not_load_the_library() -> None:
    code = "import sys, patrolcast.cli.app, patrolcast.report.audit.page; sys.exit('vl_convert' in sys.modules)"
    given = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=given, check=False).returncode == 0
