"""Offence codes and call sources of the sample city, and the codebook that decides on them."""

from dataclasses import dataclass

from patrolcast.domain.provenance import Provenance

CATEGORIES = ("assault", "burglary", "criminal_damage", "robbery", "theft", "vehicle_theft")
"""The six categories that are forecast, in alphabetical order: the order of every array of the truth."""


@dataclass(frozen=True)
class Offence:
    """One code: its category ("" when not forecast), the share of the category's records that carry it, the reason."""

    code: str
    category: str
    share: float
    provenance: Provenance
    reason: str


_CITIZEN, _OFFICER, _OFFICE = Provenance.CITIZEN, Provenance.OFFICER, Provenance.ADMINISTRATIVE

OFFENCES = (
    Offence("0310", "robbery", 0.78, _CITIZEN, "Robbery in the street. Reported by the victim"),
    Offence("0320", "robbery", 0.22, _CITIZEN, "Robbery of a business. Reported by staff"),
    Offence("0410", "assault", 0.35, _CITIZEN, "Aggravated assault. Reported by victim or witness"),
    Offence("0420", "assault", 0.65, _CITIZEN,
            "Simple assault. Reported by victim or witness; domestic ones have code 0490"),
    Offence("0490", "", 0.0, _CITIZEN,
            "Domestic assault: inside homes, sensitive, no pattern patrol answers. Not forecast"),
    Offence("0510", "burglary", 0.72, _CITIZEN, "Burglary of a home. Reported by the resident"),
    Offence("0520", "burglary", 0.28, _CITIZEN, "Burglary of another building. Reported by owner or staff"),
    Offence("0610", "theft", 0.38, _CITIZEN, "Theft from a vehicle. Reported by its owner"),
    Offence("0620", "theft", 0.27, _CITIZEN, "Shoplifting. Reported by shops"),
    Offence("0630", "theft", 0.35, _CITIZEN, "Other theft. Reported by the victim"),
    Offence("0710", "vehicle_theft", 1.0, _CITIZEN, "Theft of a motor vehicle. Reported by its owner"),
    Offence("0810", "criminal_damage", 0.55, _CITIZEN, "Damage to property. Reported by the owner"),
    Offence("0820", "criminal_damage", 0.45, _CITIZEN, "Damage to a vehicle. Reported by its owner"),
    Offence("1110", "", 0.0, _CITIZEN, "Fraud: the place is where it was noticed. Not forecast"),
    Offence("1510", "", 0.0, _OFFICER, "Weapons violation: mostly found at stops. Enforcement-driven"),
    Offence("1620", "", 0.0, _OFFICER, "Trespass: recorded where officers clear a place. Enforcement-driven"),
    Offence("1810", "", 0.0, _OFFICER, "Drug possession: recorded where officers search. Enforcement-driven"),
    Offence("1820", "", 0.0, _OFFICER, "Drug sale: recorded where officers work. Enforcement-driven"),
    Offence("2110", "", 0.0, _OFFICER, "Traffic stop: an officer's decision. Enforcement-driven"),
    Offence("2120", "", 0.0, _OFFICER, "Warrant served: recorded where a person is found. Enforcement-driven"),
    Offence("9110", "", 0.0, _OFFICE, "Lost property: not a crime"),
    Offence("9120", "", 0.0, _OFFICE, "Welfare check: not a crime"),
    Offence("9130", "", 0.0, _OFFICE, "False alarm: not a crime"),
)  # fmt: skip

CALL_SOURCES = {
    "911": (_CITIZEN, "Emergency call by a member of the public"),
    "PHONE": (_CITIZEN, "Non-emergency call by a member of the public"),
    "ONLINE": (_CITIZEN, "Report filed on the city's page"),
    "WALK-IN": (_CITIZEN, "Report made at a station's desk"),
    "OFFICER": (_OFFICER, "On view: an officer saw it or went looking; nobody called"),
    "ALARM": (Provenance.SENSOR, "Alarm company or device"),
    "ADMIN": (_OFFICE, "Entered by staff: transfers, corrections"),
    "XFER": (Provenance.UNKNOWN, "Transferred from another agency; who called is not recorded"),
}

BY_CODE = {offence.code: offence for offence in OFFENCES}


def codes_of(category: str) -> tuple[list[str], list[float]]:
    """Codes of a forecast category and the share of each."""
    members = [offence for offence in OFFENCES if offence.category == category]
    return [offence.code for offence in members], [offence.share for offence in members]
