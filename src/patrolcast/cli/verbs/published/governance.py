"""``patrolcast governance init``."""

from patrolcast.cli.console import say
from patrolcast.cli.options import GOVERNANCE, Config, Governance


def init_governance(config: Config, governance: Governance = GOVERNANCE) -> None:
    """Writes explained templates of what only the department can state.

    Facts as TOML and texts as Markdown in governance/CITY/; a file that is there stays as it is. `patrolcast check`
    says which still hold template text; `patrolcast records` refuses them.

    Example: patrolcast governance init configs/mycity.toml
    """
    from patrolcast.io.governance.texts import write_templates
    from patrolcast.io.settings.settings_file import read_settings

    folder = governance / read_settings(config).settings.name
    written = write_templates(folder)
    say([*(str(path) for path in written), f"{len(written)} files written; those that were there stay as they are"])
