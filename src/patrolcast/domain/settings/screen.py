"""[screen]: the limits of the proxy screen, fixed before anything is measured."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from patrolcast.domain.settings.base import Section, Share


class Screen(Section):
    """[screen]: how closely a feature may go with a group's share. `docs/proxy-screen.md` explains each limit."""

    conditional_limit: Share = Field(
        0.20,
        description="of a correlation with a group's share given the citizen-report rate, where it is more than "
        "chance. A feature about places is excluded when what the rate does not explain of its whole correlation is "
        "above it, and is put under review when only |r| given the rate is; a feature of past reports is excluded when "
        "|r| given the rate is",
    )
    marginal_limit: Share = Field(0.30, description="|r| without regard to the report rate that calls for a review")
    adversary_limit: Share = Field(
        0.10,
        description="adversary's R2 on unseen blocks, for features about places: from what the report rate leaves of "
        "the feature, above it excludes (where r given the rate is more than chance); from the whole feature, above it "
        "calls for a review",
    )
    significance: Annotated[float, Field(gt=0.0, le=0.2)] = Field(
        0.05, description="p below which an association counts as more than chance"
    )
    surrogates: Annotated[int, Field(ge=99, le=9999)] = Field(
        199, description="surrogates of the shares that stand for chance"
    )
    seed: Annotated[int, Field(ge=0)] = Field(7, description="of the surrogates: the same seed, the same verdicts")
    stored_for: str | None = Field(
        None,
        pattern=r"^[a-z][a-z0-9_-]*$",
        description="name of the config whose stored screen is used for this one too; absent: its own. Features, "
        "residents and limits must be the same",
    )
