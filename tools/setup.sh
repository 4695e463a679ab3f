#!/bin/sh
# Sets up the virtual environment $1 from the lock file $2, with every hash checked. uv when the index has it, else pip.
set -eu
venv=$1
lock=$2
python=${PYTHON:-python3}
say() { printf 'setup: %s\n' "$1" >&2; }

if [ ! -x "$venv/bin/python" ]; then
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    say "$python is not Python 3.11 or newer; install it or name one: make forecast PYTHON=python3.12"
    exit 2
  }
  say "making $venv (once, about a minute)"
  "$python" -m venv "$venv"
fi
if [ ! -x "$venv/bin/uv" ]; then
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv >/dev/null 2>&1 || say "no uv here; using pip"
fi
say "installing $lock"
if [ ! -x "$venv/bin/uv" ] ||
  ! "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --require-hashes -r "$lock"; then
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
fi
# The project itself, editable and without a build environment of its own: setuptools is in the lock.
if [ -x "$venv/bin/uv" ]; then
  "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation -e .
else
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
fi
# Bytecode now, whatever the environment says, or every later start compiles 1,500 modules again (4 seconds); beside it
# what the code that evidence is bound to amounts to, which would take a second of every run.
say "writing bytecode"
PYTHONDONTWRITEBYTECODE= "$venv/bin/python" -c 'import patrolcast.cli.app, patrolcast.runs.nightly.nightly, patrolcast.runs.forecast.run_folder
import patrolcast.runs.load.city, patrolcast.runs.pipeline.run
from compileall import compile_dir
from patrolcast.runs.evidence.verify import measure_code
compile_dir(patrolcast.__path__[0], quiet=2)
measure_code()'
say "ready"
