"""Planted proxies: a city of cells with a group's share, and features whose tie to it is known exactly.

A feature is ``strength`` times the share (or the bend of it) plus noise that does not correlate with it, so that its
correlation *is* the strength. How smooth the noise is decides how hard it is to see: noise as smooth as the share
leaves some 25 effective cells of 547.
"""

from __future__ import annotations

from dataclasses import dataclass

import h3
import numpy as np

from patrolcast.numerics.arrays import BoolArray, FloatArray
from patrolcast.synthetic.plane import LATITUDE, LONGITUDE, centres, smooth_field, z_scores

ROUGH, MEDIUM, SMOOTH = 0.0, 0.5, 1.0
"""Length scale of a field in km: none, half that of the share, that of the share."""
SMOOTHNESS = (ROUGH, MEDIUM, SMOOTH)


@dataclass(frozen=True)
class ProxyCity:
    """Cells in rows.

    Attributes
    ----------
    xy : centres in metres; ``share`` 0..1, the group's share of the residents.
    area_km2 : one value for all; ``residents`` in each cell.
    """

    xy: FloatArray
    share: FloatArray
    residents: FloatArray
    area_km2: FloatArray


def proxy_city(rng: np.random.Generator, *, n_rings: int = 11) -> ProxyCity:
    """A disk of cells of 0.1 km2 with a share as smooth as groups live apart; 11 rings are 397 cells."""
    cells = tuple(sorted(h3.grid_disk(h3.latlng_to_cell(LATITUDE, LONGITUDE, 9), n_rings)))
    km = centres(cells)
    share = 1 / (1 + np.exp(-1.5 * z_scores(smooth_field(rng, km, scale_km=SMOOTH))))
    return ProxyCity(km * 1000.0, share, np.full(len(km), 200.0), np.full(len(km), 0.1))


def null_feature(rng: np.random.Generator, city: ProxyCity, *, smoothness: float) -> FloatArray:
    """A field that has nothing to do with the share, but by chance."""
    km = city.xy / 1000.0
    return rng.standard_normal(len(km)) if smoothness == ROUGH else z_scores(smooth_field(rng, km, scale_km=smoothness))


def proxy_feature(
    rng: np.random.Generator, city: ProxyCity, *, strength: float, smoothness: float, bent: bool = False
) -> FloatArray:
    """A feature whose correlation with the share is ``strength``; ``bent``: with the squared distance from its mean."""
    signal = z_scores(city.share)
    if bent:
        signal = z_scores(signal**2)
    noise = null_feature(rng, city, smoothness=smoothness)
    noise = z_scores(noise - signal * (noise @ signal) / (signal @ signal))
    return strength * signal + np.sqrt(1 - strength**2) * noise


PLANTED = ("missing by group", "shuffled code", "U-shape", "in one half only")

HALF_STRENGTHS = (0.75, 0.85, 0.95)
"""Correlations with the share in the western half: R2 there .56, .72, .90; of the whole share some .3, .4, .5."""


def planted_layers(rng: np.random.Generator, city: ProxyCity, *, smoothness: float) -> dict[str, FloatArray]:
    """Layers made from the share that no straight line over the whole city shows, each with an R2 of at least .5.

    ``missing by group`` exists only where a noisy share is above its median (there it is 1), ``shuffled code`` numbers
    the eighths of a noisy share at random, ``U-shape`` is high at both ends of the share, ``in one half only`` follows
    the share in the west and nothing in the east.
    """
    n = len(city.share)

    def made(strength: float, **more: bool) -> FloatArray:
        return proxy_feature(rng, city, strength=strength, smoothness=smoothness, **more)

    in_west = half_city_layer(rng, city, strength=HALF_STRENGTHS[0], smoothness=smoothness)
    rank = np.argsort(np.argsort(made(0.9)))
    eighth = np.argsort(np.argsort(made(0.85))) * 8 // n
    layers = np.where(rank >= n // 2, 1.0, np.nan), rng.permutation(8)[eighth].astype(np.float64), made(0.75, bent=True)
    return dict(zip(PLANTED, (*layers, in_west), strict=True))


def half_city_layer(rng: np.random.Generator, city: ProxyCity, *, strength: float, smoothness: float) -> FloatArray:
    """A layer that follows the share in the west, with this correlation there, and nothing in the east."""
    west = _west(city)
    half = ProxyCity(city.xy[west], city.share[west], city.residents[west], city.area_km2[west])
    layer = null_feature(rng, city, smoothness=smoothness).copy()
    layer[west] = proxy_feature(rng, half, strength=strength, smoothness=smoothness)
    return layer


def half_city_r2(city: ProxyCity, layer: FloatArray) -> tuple[float, float]:
    """What such a layer explains of the share in the west, and of the whole share by a line for each half; 0..1."""
    west = _west(city)
    line = [np.polyval(np.polyfit(layer[half], city.share[half], 1), layer[half]) for half in (west, ~west)]
    missed = sum(float(((city.share[half] - y) ** 2).sum()) for half, y in zip((west, ~west), line, strict=True))
    whole = float(((city.share - city.share.mean()) ** 2).sum())
    return float(np.corrcoef(layer[west], city.share[west])[0, 1] ** 2), 1.0 - missed / whole


def _west(city: ProxyCity) -> BoolArray:
    return np.asarray(city.xy[:, 0] < np.median(city.xy[:, 0]))


def planted_r2(city: ProxyCity, kind: str, layer: FloatArray) -> float:
    """How much of the share a planted layer's values explain, 0..1: of the U-shape how much the bend explains of it."""
    if kind == PLANTED[2]:
        return float(np.corrcoef(layer, z_scores(city.share) ** 2)[0, 1] ** 2)
    if kind == PLANTED[3]:
        return half_city_r2(city, layer)[0]
    code = np.unique(np.nan_to_num(layer, nan=-1.0), return_inverse=True)[1]
    mean = np.bincount(code, city.share) / np.bincount(code)
    return float(mean[code].var() / city.share.var())


def three_shares(rng: np.random.Generator, city: ProxyCity) -> FloatArray:
    """Shares of three groups that add up to one, each as smooth as a group lives apart, ``[3, n]``."""
    fields = [np.exp(1.3 * null_feature(rng, city, smoothness=SMOOTH)) for _ in range(3)]
    return np.asarray(np.array(fields) / np.sum(fields, axis=0))


@dataclass(frozen=True)
class NeedCity:
    """A city in which a legitimate driver makes need, and need goes with the share because the driver does.

    Attributes
    ----------
    reports : citizen reports per cell; ``features`` name -> value per cell.
    """

    city: ProxyCity
    reports: FloatArray
    features: dict[str, FloatArray]


def need_city(
    rng: np.random.Generator, *, n_rings: int = 11, per_cell: float = 60.0, strength: float = 0.6
) -> NeedCity:
    """Need follows the driver (80 % of the log rate's variance); the driver correlates with the share by .5.

    The features: ``crime_lag`` (an eighth of the reports of another time), ``driver``, ``pure_proxy`` (correlates with
    the share by ``strength``, adds nothing about need), ``mixed`` (half proxy, half driver), ``irrelevant`` (smooth,
    about nothing).
    """
    city = proxy_city(rng, n_rings=n_rings)
    driver = proxy_feature(rng, city, strength=0.5, smoothness=MEDIUM)
    log_rate = np.sqrt(0.8) * driver + np.sqrt(0.2) * null_feature(rng, city, smoothness=MEDIUM)
    rate = np.exp(0.8 * log_rate)
    rate *= per_cell / rate.mean()
    pure = proxy_feature(rng, city, strength=strength, smoothness=MEDIUM)
    features = {
        "crime_lag": rng.poisson(rate / 8).astype(np.float64),
        "driver": driver,
        "pure_proxy": pure,
        "mixed": z_scores(pure + driver),
        "irrelevant": null_feature(rng, city, smoothness=SMOOTH),
    }
    return NeedCity(city, rng.poisson(rate).astype(np.float64), features)
