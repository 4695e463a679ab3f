"""`VERIFY.md`: how to check a kit, what that proves, and what it does not."""

from collections.abc import Mapping
from typing import Any

from patrolcast.report.packaged import packaged

SAMPLE_SECONDS = "0.4"
"""Of processor time, measured on the sample city's kit with Python 3.11: docs/kit.md says how."""


def readme(about: Mapping[str, Any], *, title: str, state: str, keys: list[str]) -> str:
    """The text for one kit.

    Parameters
    ----------
    about : the content of `kit.json`.
    state : whether the run may be used, as the end of a sentence.
    keys : public keys as ``name+hash+key``; none where nothing is signed.
    """
    key = (
        "\n".join(f"    {public_key}" for public_key in keys)
        or "    (the department has no trail key: nothing in this kit is signed)"
    )
    return packaged("templates/kit.md").format(
        title=title,
        run_id=about["run_id"],
        state=state,
        seconds=SAMPLE_SECONDS,
        keys=key,
        left_out="\n".join(f"- {file}: {why}" for file, why in sorted(about["left_out"].items())),
        twin=_twin_words(about["twin"]),
    )


def _twin_words(twin: Mapping[str, Any]) -> str:
    near = twin["nearness"]
    return (
        f"It has {twin['records']:,} records. Each histogram that they are drawn from was counted in the real records "
        f"and given Laplace noise (epsilon {twin['epsilon_of_a_record']:g} in all for one record). {near['equal']} of "
        f"the records equal a real one. {100 * near['share']:.2f} % lie so near to a real one as the nearest hundredth "
        f"of independent draws lie to each other; chance explains up to {100 * near['limit']:.2f} %."
    )
