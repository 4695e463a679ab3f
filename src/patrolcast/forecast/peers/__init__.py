"""Peers: the methods that a forecast must beat before it earns an officer's hour.

Each takes the reports known by an origin (:class:`~patrolcast.forecast.peers.reports.Reports`) and the cells' places,
and returns a relative rate per cell for the coming window. Settings are chosen on training windows only (`tuning`).
"""

from patrolcast.forecast.peers.reports import Reports, Space, levelled
from patrolcast.forecast.peers.tuning import COUNTING, PEERS, SELF_EXCITING, Peer, TrainingWindow, tune

__all__ = ["COUNTING", "PEERS", "SELF_EXCITING", "Peer", "Reports", "Space", "TrainingWindow", "levelled", "tune"]
