"""LightGBM's text of a stored model is read in a child process: a damaged text kills the process that reads it.

The caller has compared its SHA-256 before; the child is the second belt. Run as
``python -m patrolcast.io.store.booster``: a packed model and matrix on stdin, the contributions on stdout.
"""

import io
import subprocess
import sys

import numpy as np

from patrolcast.domain.errors import DataRefusedError
from patrolcast.numerics.arrays import Float32Array, FloatArray

MAX_SECONDS = 120.0


def contributions_in_child(model: bytes, values: Float32Array) -> FloatArray:
    """Additive contributions on the log scale, ``[n_rows, n_features + 1]``; the last is the model's base.

    Raises DataRefusedError: the model cannot be read, or has other columns than ``values``.
    """
    packed = io.BytesIO()
    np.savez(packed, model=np.frombuffer(model, dtype=np.uint8), values=values)
    command = [sys.executable, "-P", "-m", "patrolcast.io.store.booster"]
    try:
        process = subprocess.run(command, input=packed.getvalue(), capture_output=True, timeout=MAX_SECONDS, check=True)
        return np.asarray(np.load(io.BytesIO(process.stdout), allow_pickle=False), dtype=np.float64)
    except (subprocess.SubprocessError, ValueError, EOFError) as error:
        ended = getattr(error, "returncode", None)
        got = "no contributions" if ended is None else f"a reader that ended with {ended}"
        rule = "must be the LightGBM text of this run"
        raise DataRefusedError("model/model.txt", got=got, rule=rule, cure="run it again") from None


def main() -> None:
    """The child: model and matrix in, contributions out."""
    # What LightGBM takes along where it is installed is most of its start, and no text is read with it.
    for name in ("sklearn", "pandas", "pyarrow", "dask", "matplotlib"):
        sys.modules[name] = None  # type: ignore[assignment]
    import lightgbm

    packed = np.load(io.BytesIO(sys.stdin.buffer.read()), allow_pickle=False)
    booster = lightgbm.Booster(model_str=packed["model"].tobytes().decode())
    parts = np.asarray(booster.predict(packed["values"], pred_contrib=True, num_threads=1))
    out = io.BytesIO()
    np.save(out, parts)
    sys.stdout.buffer.write(out.getvalue())


if __name__ == "__main__":
    main()
