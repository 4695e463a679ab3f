"""What the proxy screen catches, what it misses, and how often it cries wolf: planted proxies of known strength.

``python -m benchmarks.proxies --write`` (about 20 CPU minutes) writes the tables into `docs/benchmarks.md` between
their markers; ``--cities 4`` is a quick look. Every city is drawn from its number, so the figures are the same
everywhere.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy import stats
from threadpoolctl import threadpool_limits

from benchmarks.cities.proxies import (
    SMOOTH,
    SMOOTHNESS,
    ProxyCity,
    need_city,
    null_feature,
    proxy_city,
    proxy_feature,
    three_shares,
)
from benchmarks.cities.screened import LIMITS, NAMES, ground_of, ground_of_three, indifferent_reports, percents, tick
from benchmarks.page import markdown_table, say, write_section
from benchmarks.planted_proxies import half_by_strength, planted, with_an_informed_test
from patrolcast.domain.screening import FeatureFinding, ScreenVerdict
from patrolcast.features.proxies.screen import screen_alone, screen_together
from patrolcast.features.proxies.verdicts import SECOND_LOOK

STRENGTHS = (0.3, 0.4, 0.5, 0.6)
PROMISED = 0.75
"""R2 .56: what the screen says that it keeps out."""
BENT = (0.6, 0.8)
NULLS = 4
"""Of each smoothness in every city: how often the screen cries wolf needs more draws than what it catches."""


def flags(one: FeatureFinding, feature: np.ndarray, city: ProxyCity) -> dict[str, bool]:
    """What each rule says of a feature."""
    worst = one.groups[0]
    marginal = abs(worst.r) > LIMITS.marginal and worst.p < LIMITS.significance
    return {
        "naive p": stats.pearsonr(feature, city.share).pvalue < LIMITS.significance,
        "Dutilleul p": worst.p < LIMITS.significance,
        "conditional flag": abs(worst.conditional_r) > LIMITS.conditional and worst.conditional_p < LIMITS.significance,
        "marginal or R2": marginal or (worst.adversary_r2 or -1.0) > LIMITS.adversary,
        "shape p": (worst.shape_p or 1.0) <= LIMITS.significance / SECOND_LOOK,
        "flagged": one.verdict in {ScreenVerdict.EXCLUDED, ScreenVerdict.REVIEW},
        "excluded": one.verdict == ScreenVerdict.EXCLUDED,
        "not cleared": one.verdict != ScreenVerdict.CLEARED,
    }


def single(n_cities: int) -> dict[str, list[dict[str, bool]]]:
    """Nulls, proxies and bent proxies, each with the three kinds of noise."""
    found: dict[str, list[dict[str, bool]]] = {}
    for number in range(n_cities):
        rng = np.random.default_rng([31, number])
        city = proxy_city(rng)
        features = {f"null, {NAMES[s]}": null_feature(rng, city, smoothness=s) for s in SMOOTHNESS}
        for s in SMOOTHNESS:
            for rho in STRENGTHS:
                features[f"proxy {rho:g}, {NAMES[s]}"] = proxy_feature(rng, city, strength=rho, smoothness=s)
            for rho in BENT:
                features[f"U-shaped {rho:g}, {NAMES[s]}"] = proxy_feature(
                    rng, city, strength=rho, smoothness=s, bent=True
                )
        reports = indifferent_reports(rng, city)
        for again in range(1, NULLS):
            features |= {f"null, {NAMES[s]}#{again}": null_feature(rng, city, smoothness=s) for s in SMOOTHNESS}
        features |= {
            f"proxy {PROMISED:g}, {NAMES[s]}": proxy_feature(rng, city, strength=PROMISED, smoothness=s)
            for s in SMOOTHNESS
        }
        ground = ground_of(city, features, reports)
        for one in screen_alone(ground, ground, LIMITS, seed=number):
            found.setdefault(one.feature.split("#")[0], []).append(flags(one, features[one.feature], city))
        tick()
    return found


def joint(n_cities: int) -> dict[str, list[dict[str, bool]]]:
    """Eight features of one strength, together."""
    found: dict[str, list[dict[str, bool]]] = {}
    for number in range(n_cities):
        rng = np.random.default_rng([32, number])
        city = proxy_city(rng)
        reports = indifferent_reports(rng, city)
        for name, features in joint_sets(rng, city):
            ground = ground_of(city, features, reports)
            found_only = replace(LIMITS, significance=1e-9)  # what is found is asked here, not what would be dropped
            result = screen_together(ground, list(features), found_only, seed=number)
            test = result.before[0]
            row = {"flagged": test.p <= LIMITS.significance, "R2 > .10": test.r2 > LIMITS.adversary}
            found.setdefault(name, []).append(row)
        tick()
    return found


def joint_sets(rng: np.random.Generator, city: ProxyCity) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    mixed = [SMOOTHNESS[k % 3] for k in range(8)]
    for name, kinds in (("mixed noise", mixed), ("noise as smooth as the share", [SMOOTH] * 8)):
        yield f"8 nulls, {name}", {f"f{k}": null_feature(rng, city, smoothness=s) for k, s in enumerate(kinds)}
        for rho in (0.2, 0.3) if kinds is mixed else (0.3,):
            features = {f"f{k}": proxy_feature(rng, city, strength=rho, smoothness=s) for k, s in enumerate(kinds)}
            yield f"8 proxies of {rho:g}, {name}", features


def conditional(n_cities: int) -> dict[str, list[dict[str, bool]]]:
    """Need that goes with the share: what the report rate excuses, and what it does not."""
    found: dict[str, list[dict[str, bool]]] = {}
    for number in range(n_cities):
        made = need_city(np.random.default_rng([33, number]))
        ground = ground_of(made.city, made.features, made.reports)
        for one in screen_alone(ground, ground, LIMITS, seed=number):
            row = flags(one, made.features[one.feature], made.city)
            found.setdefault(one.feature, []).append(row | {"marginal flag": row["marginal or R2"]})
        tick()
    return found


def family(n_cities: int) -> list[list[str]]:
    """Six features that have nothing to do with any of three groups: how many cities lose one that they need not.

    Alone, or dropped by the joint screen of those that are left; the last two columns are of features alone.
    """
    found: dict[str, list[tuple[float, ...]]] = {}
    for number in range(n_cities):
        rng = np.random.default_rng([35, number])
        city = proxy_city(rng)
        shares = three_shares(rng, city)
        reports = indifferent_reports(rng, city)
        for smoothness in (*SMOOTHNESS, None):
            kinds = SMOOTHNESS * 2 if smoothness is None else (smoothness,) * 6
            features = {f"null{k}": null_feature(rng, city, smoothness=kind) for k, kind in enumerate(kinds)}
            ground = ground_of_three(city, shares, features, reports)
            alone = screen_alone(ground, ground, LIMITS, seed=number)
            left = [one.feature for one in alone if not one.stays_out]
            dropped = bool(screen_together(ground, left, LIMITS, seed=number).drops)
            verdicts = [one.verdict for one in alone]
            excluded = ScreenVerdict.EXCLUDED in verdicts
            flagged = [verdict in {ScreenVerdict.EXCLUDED, ScreenVerdict.REVIEW} for verdict in verdicts]
            unmeasured = ScreenVerdict.NOT_MEASURED in verdicts
            row = (excluded, dropped, excluded or dropped, unmeasured, float(np.mean(flagged)))
            found.setdefault("of each of the three kinds two" if smoothness is None else NAMES[smoothness], []).append(
                row
            )
        tick()
    return [[f"six nulls, {name}", *percents(rows, *range(5))] for name, rows in found.items()]


def table(found: dict[str, list[dict[str, bool]]], columns: list[str], first: str) -> str:
    rows = [
        [name, *(f"{100 * np.mean([row[column] for row in rows]):.0f} %" for column in columns)]
        for name, rows in found.items()
    ]
    return markdown_table([first, *columns], rows)


def singly(n_cities: int) -> str:
    shown = ["naive p", "Dutilleul p", "marginal or R2", "shape p", "flagged", "excluded", "not cleared"]
    return table(single(n_cities), shown, f"one feature, {n_cities} cities")


def given_need(n_cities: int) -> str:
    n_cities = round(n_cities * 5 / 3)
    return table(
        conditional(n_cities),
        ["marginal flag", "conditional flag", "excluded"],
        f"need through a driver, {n_cities} cities",
    )


def together(n_cities: int) -> str:
    return table(joint(n_cities), ["flagged", "R2 > .10"], f"eight together, {n_cities} cities")


def false_alarms(n_cities: int) -> str:
    first = f"three groups, {n_cities} cities"
    lost = ["cities with a false exclusion", "with a false drop together", "with either"]
    columns = [first, *lost, "with one not measured", "features excluded or under review"]
    return markdown_table(columns, family(n_cities))


PARTS = {
    "proxies-single": singly,
    "proxies-need": given_need,
    "proxies-joint": together,
    "proxies-planted": planted,
    "proxies-half": half_by_strength,
    "proxies-bound": with_an_informed_test,
    "proxies-family": false_alarms,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--cities", type=int, default=24)
    parser.add_argument("--part", choices=PARTS, help="one table only")
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    asked = parser.parse_args()
    for name in [asked.part] if asked.part else PARTS:
        with threadpool_limits(limits=1, user_api="blas"):
            text = PARTS[name](asked.cities)
        say(f"\n{name}\n{text}")
        if asked.write:
            write_section(name, text)


if __name__ == "__main__":
    main()
