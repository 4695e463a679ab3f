"""Families of offence codes: codes that begin alike and mean the same, so that a person decides one line for all."""

from collections.abc import Collection, Hashable, Iterator, Mapping

from patrolcast.intake.codebook import ANY_END

_FEWEST = 3
_SHORTEST = 2
_MOST = 12
"""Letters of a beginning that are tried."""


def families(meaning: Mapping[str, Hashable], single: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Pattern and its codes, for every beginning whose codes all mean the same; no code is in two of them.

    A beginning is taken only if it holds three codes or more and is not much shorter than they are, so that a pattern
    says something about the codes that nobody has seen yet.

    Parameters
    ----------
    meaning : code -> what is proposed of it; only equal values make a family.
    single : codes that never belong to a family, and keep others from one.
    """
    left = set(meaning)
    for length in range(_SHORTEST, _MOST + 1):
        begins: dict[str, list[str]] = {}
        for code in sorted(meaning):
            if len(code) >= length:
                begins.setdefault(code[:length], []).append(code)
        for codes in begins.values():
            if len(codes) < _FEWEST or not left.issuperset(codes) or not set(codes).isdisjoint(single):
                continue
            if len({meaning[code] for code in codes}) > 1:
                continue
            common = _common_beginning(codes)
            if len(common.strip()) * 3 < sum(map(len, codes)) / len(codes) or common + ANY_END in meaning:
                continue
            left.difference_update(codes)
            yield common + ANY_END, codes


def _common_beginning(codes: list[str]) -> str:
    first, last = min(codes), max(codes)
    n = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:n]
