"""Paired intervals over windows and what is said of them."""

import numpy as np
import pytest

from patrolcast.forecast.paired import PairedRatio, hits_ratio, verdict, window_draws


def _draws(n, **options):
    return window_draws(n, rng=np.random.default_rng(0), **options)


def test_a_method_against_itself_is_exactly_one():
    hits = np.random.default_rng(1).poisson(5.0, 30).astype(float)
    ratio = hits_ratio(hits, hits, _draws(30))
    assert (ratio.estimate, ratio.lower, ratio.upper) == (1.0, 1.0, 1.0)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    rng, covered = np.random.default_rng(2), 0
    for _ in range(300):
        busy = rng.gamma(5.0, 1.0, 40)
        one, other = rng.poisson(4.4 * busy).astype(float), rng.poisson(4.0 * busy).astype(float)
        draws = window_draws(40, rng=rng, resamples=400)
        ratio = hits_ratio(one, other, draws)
        covered += ratio.lower <= 1.1 <= ratio.upper
    assert 0.90 <= covered / 300 <= 0.985


def test_pairing_makes_the_interval_narrower_than_shuffled_windows():
    rng = np.random.default_rng(3)
    busy = rng.gamma(1.0, 20.0, 40)
    one, other = 1.1 * busy, busy
    paired = hits_ratio(one, other, _draws(40))
    apart = hits_ratio(one, rng.permutation(other), _draws(40))
    assert paired.upper - paired.lower < 1e-9 < apart.upper - apart.lower


def test_blocks_keep_neighbouring_windows_together():
    draws = _draws(12, block=4)
    assert (draws.sum(axis=1) == 12).all()
    lonely = (draws > 0) & (np.roll(draws, 1, axis=1) == 0) & (np.roll(draws, -1, axis=1) == 0)
    assert not lonely.any()


def test_overlapping_windows_drawn_singly_would_look_too_certain():
    rng = np.random.default_rng(4)
    noise = np.convolve(rng.normal(0, 1, 203), np.ones(4), "valid")
    one, other = 100.0 + 10.0 * noise, np.full(200, 100.0)
    single, blocked = (hits_ratio(one, other, _draws(200, block=b)) for b in (1, 8))
    assert blocked.upper - blocked.lower > 1.4 * (single.upper - single.lower)


@pytest.mark.parametrize(
    ("estimate", "lower", "upper", "n", "told"),
    [
        (1.10, 1.04, 1.16, 44, "better than counting (1.10 times its hits, 95 % interval 1.04 to 1.16, 44 windows)"),
        (
            1.10,
            0.99,
            1.21,
            44,
            "no clear difference from counting (1.10 times its hits, 95 % interval 0.99 to 1.21, 44 windows)",
        ),
        (0.90, 0.85, 0.95, 44, "worse than counting (0.90 times its hits, 95 % interval 0.85 to 0.95, 44 windows)"),
        (np.nan, np.nan, np.nan, 3, "not measured against counting: it caught nothing in 3 windows"),
    ],
)
def test_the_verdict_is_said_in_words(estimate, lower, upper, n, told):
    assert verdict(PairedRatio(estimate, lower, upper, n, 500.0), than="counting") == told


@pytest.mark.parametrize(("n", "few"), [(7, "windows"), (8, "")])
def test_fewer_than_eight_windows_tell_nothing(n, few):
    ratio = hits_ratio(np.full(n, 60.0), np.full(n, 40.0), _draws(n))
    assert ratio.estimate == 1.5
    assert ratio.too_few == few
    assert np.isfinite(ratio.lower) == np.isfinite(ratio.upper) == (not few)
    told = {
        "windows": "too few windows to tell from counting (1.50 times its hits, 7 windows; it takes 8)",
        "": "better than counting (1.50 times its hits, 95 % interval 1.50 to 1.50, 8 windows)",
    }
    assert verdict(ratio, than="counting") == told[few]


@pytest.mark.parametrize(("n_hits", "few"), [(9, "incidents"), (10, "")])
def test_a_handful_of_hits_tells_nothing(n_hits, few):
    hits = (np.arange(40) < n_hits).astype(float)
    ratio = hits_ratio(hits, hits, _draws(40))
    assert (ratio.estimate, ratio.n_hits, ratio.too_few) == (1.0, n_hits, few)
    assert np.isfinite(ratio.lower) == (not few)
    said = "too few incidents to tell from counting (1.00 times its hits, which were 9.0 in all)"
    assert (verdict(ratio, than="counting") == said) == bool(few)


def test_hits_of_one_window_alone_tell_nothing_however_many():
    """A third of the resamples leave that window out; what is left of them would read 1.00 (1.00-1.00)."""
    hits = np.zeros(40)
    hits[3] = 200.0
    assert hits_ratio(hits, hits, _draws(40)).too_few == "incidents"
    hits[:] = 5.0
    assert hits_ratio(hits, hits, _draws(40)).too_few == ""


def test_hits_of_other_windows_are_refused():
    with pytest.raises(ValueError) as error:
        hits_ratio(np.ones(3), np.ones(4), _draws(4))
    assert str(error.value) == "hits must cover the same windows, got (3,), (4,) and 4 drawn"
