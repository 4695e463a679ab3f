"""Print `docs/config.md`:  .venv/bin/python tools/config_reference.py > docs/config.md"""

import sys

from patrolcast.report.config_reference import config_reference

sys.stdout.write(config_reference())
