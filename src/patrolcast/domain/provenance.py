"""Provenance: who caused a record, or a column, to exist. It decides what may reach the model."""

from enum import StrEnum


class Provenance(StrEnum):
    """Who caused the record to exist (glossary: *provenance*)."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    SENSOR = "sensor"
    ADMINISTRATIVE = "administrative"
    ENVIRONMENT = "environment"
    CENSUS = "census"
    UNKNOWN = "unknown"


NEVER_IN_MODEL = frozenset({Provenance.OFFICER, Provenance.CENSUS, Provenance.UNKNOWN})
"""No policy can admit these into a model whose run may be published."""

COUNTED = frozenset({Provenance.CITIZEN})
"""Records of these provenances are the incidents that are counted and forecast."""
