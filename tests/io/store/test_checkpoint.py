"""Parts of long work: whole or not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from patrolcast.io.store.checkpoint import read_arrays, write_arrays


def test_a_part_comes_back_as_it_was(tmp_path: Path) -> None:
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "names": np.array(["x", "yy"])}
    write_arrays(tmp_path / "parts", "one", arrays)
    back = read_arrays(tmp_path / "parts", "one")
    assert back is not None
    assert {name: (one.dtype, one.tolist()) for name, one in back.items()} == {
        name: (one.dtype, one.tolist()) for name, one in arrays.items()
    }


def test_no_part_is_none(tmp_path: Path) -> None:
    assert read_arrays(tmp_path, "absent") is None


@pytest.mark.parametrize("kept", [0, 10, 200])
def test_a_damaged_part_is_none_and_never_half_read(tmp_path: Path, kept: int) -> None:
    write_arrays(tmp_path, "one", {"a": np.arange(5000)})
    path = tmp_path / "one.npz"
    path.write_bytes(path.read_bytes()[:kept])
    assert read_arrays(tmp_path, "one") is None


def test_a_part_that_would_run_code_is_none(tmp_path: Path) -> None:
    np.savez(tmp_path / "one.npz", a=np.array([{"an": "object"}], dtype=object))
    assert read_arrays(tmp_path, "one") is None
