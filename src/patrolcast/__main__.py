"""``python -m patrolcast`` is the same door as ``patrolcast``."""

from patrolcast.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
