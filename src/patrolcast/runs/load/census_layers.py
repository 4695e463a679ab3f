"""A place layer that is a census in other clothes: refused by what it is, before anything of it is measured.

Counts of residents, their race, origin, language, religion, income or rent may be read for the audit only. No waiver
and no ``provenance`` of a config changes that: a layer is refused whose bytes are those of a file of [residents], whose
columns name such counts, or whose own name, column or source says so. What bears other names is compared with the
counts in the cells (`features/proxies/census_copies`); what only goes with them is for the screen.
"""

import re
from collections.abc import Sequence

from patrolcast.domain.counted import names_shown
from patrolcast.domain.errors import ProhibitedDataError, shown
from patrolcast.domain.settings import PlaceLayer, Residents
from patrolcast.intake.persons import header_words
from patrolcast.io.sources.columnar import is_copy_of

_RULE = "census counts are for the audit only, and never reach the model, whatever is waived or declared"
_TRAIT = re.compile(
    r"\b(races?(?! ?(?:track|course|way))|racial|ethnic|ethnicit(?:y|ies)|hispanics?|latin[oax]s?|minorit(?:y|ies)|"
    r"non ?whites?|bipoc|african americans?|native americans?|indigenous|pacific islanders?|caucasians?|"
    r"ancestr(?:y|ies)|"
    r"descent|nativity|(?:foreign|native|us) born|birth ?place|country of (?:birth|origin)|nationalit(?:y|ies)|"
    r"immigra(?:nts?|tion)|refugees?|citizenship|non ?citizens?|languages?|linguistic\w*|limited english|religions?|"
    r"religious|denominations?|muslims?|jewish|christians?|hindus?|catholics?|incomes?|earnings|wages?|poverty|"
    r"(?:med|median|mean|avg|average|hh|fam|per ?cap\w*) ?(?:hh)? ?inc|\w*hhinc\w*|medinc\w*|mhi|below pov|"
    r"rents?|renters?|owner occupied|tenure|households?(?! (?:waste|hazard\w*|recycl\w*|goods))|hhlds?|"
    r"(?:home|housing|house|property|dwelling) values?|unemploy\w*|public assistance|food stamps|medicaid|"
    r"uninsured|education\w* attainment|bachelors?|less than high school|single (?:parents?|mothers?)|female headed|"
    r"af ?am|afro ?am\w*|aapi|people of colou?r|pop ?dens(?:ity)?|population density|head ?counts?|low ?inc|lmi|holc|"
    r"c?vap|citizen voting age|(?:spanish|english|chinese|language) speak\w*|speak\w* (?:spanish|english|chinese)|frl|"
    r"voter (?:files?|rolls?|lists?|registrations?)|registered voters?|surnames?|red ?lin(?:ing|ed)|mapping inequality|"
    r"free (?:(?:(?:and|or) )?reduced )?(?:price )?lunch(?:es)?|home ?owners?(?! assoc\w*)|own ?occ|"
    r"median age|deprivation|disadvantaged?|social vulnerability|svi|socio ?economic\w*|demographics?|segregation)\b"
)
_GROUP = re.compile(
    r"(?:pct|per|perc|percent|share|prop|frac|pop|population|num|count|cnt|n|nh|non|p|total|tot)*"
    r"(?:black|white|asian|hisp|hispanic|latino|latina|latinx|aian|nhpi|hawaiian|minority|nonwhite)s?"
    r"(?:pct|per|perc|percent|share|prop|pop|population|num|count|cnt|alone|only|residents|people|persons|est|e|moe|m|"
    r"nh|dens|density)*"
)
_SHORT = re.compile(
    r"(?:pct|percent|perc|share|prop|nh)+(?:blk|wht|hsp|aa|poc|api)(?:pop|nh|alone|est|e|m)*|"
    r"(?:aa|poc|api)(?:pct|percent|perc|share|prop)|(?:pct|percent|perc)(?:b|w|h|l|a)|(?:c?vap)(?:b|w|h|l|a)?|"
    r"(?:pct|percent|perc|share|prop|num|n|hh)*(?:snap|ebt)"
    r"(?:pct|percent|perc|share|rate|hh|households|recipients|benefits|est|e|m)*|"
    r"(?:pct|percent|perc|share|num|n)*sec(?:tion)?8(?:hh|households|housing|units|vouchers?|pct)*"
)
"""Short names that say a group or a benefit only when nothing else stands in the name: `snap_dist` is a distance."""
_POPULATION = re.compile(
    r"\b(populations?|pop|tot ?pop|total ?pop|pop ?total|residents?|people|persons|inhabitants|adults|children|males?|"
    r"females?)\b"
)
_AREA = re.compile(
    r"\b(geo ?id|aff ?geo ?id|gis ?join|tract|tracts|tract ?ce|tract ?id|census ?tract|block ?group|blk ?grp ?ce|"
    r"block ?ce|census ?block|state ?fp|county ?fp|fips|lsoa|msoa|oa ?code|output area|zcta)\b"
)
_TABLE = re.compile(
    r"(?:[bc]\d{5}[a-i]?|dp0[2-5]|s[0-2]\d{3})_?(?:c\d\d_?)?\d{3,4}p?(?:e|m|pe|pm|est|moe)?|"
    r"[bc]\d{5}[a-i]?(?:[em]\d{1,3})?|(?:p|h|pct)\d{1,3}_\d{3}n?|[ph]00[1-9]\d{4}"
)
_SURVEY = re.compile(
    r"\b(american community survey|acs(?:\d+| (?:19|20)?\d\d)?|decennial|census (?:counts?|bureau estimates|data)|"
    r"population census|census of population|pl 94(?: 171)?|public law 94|nhgis|ipums|"
    r"census (?:bureau )?special tab\w*)\b"
)
_LISTS_OF_PEOPLE = re.compile(
    r"\b(?:voter (?:files?|rolls?|lists?|registrations?)|registered voters?|surnames?|holc|mapping inequality|"
    r"red ?lin(?:ing|ed))\b"
)
_OF_THE_BUREAU = re.compile(
    r"\b(?:census bureau|bureau of the census|office for national statistics|statistics canada)\b"
)
_CENSUS_OF_A_YEAR = re.compile(
    r"\bcensus ?(?:bureau |of |year |for |in |the )*(?:19|20)\d\d\b|"
    r"\b(?:19|20)\d\d (?:(?:us|u s|usa|united states|national|state|federal|uk|canadian?) )*census\b"
)
_OTHER_CENSUS = re.compile(
    r"\b(?:trees?|traffic|economic|business|retail|agricultur\w*|bicycles?|bikes?|pedestrians?|buildings?|birds?|"
    r"vacan\w*|propert(?:y|ies)|land use|parking|streets?) census\b"
)
_LINES_OF_THE_BUREAU = re.compile(
    r"\b(?:tiger|roads?|streets?|rail\w*|hydro\w*|water\w*|shorelines?|boundar(?:y|ies))\b"
)


def refuse_census_layer(name: str, place: PlaceLayer, columns: Sequence[str], residents: Residents | None) -> None:
    """Refuse a place layer that holds counts of residents.

    Raises ProhibitedDataError: one line that names the columns, never a value.

    Parameters
    ----------
    columns : every column of the layer, used or not.
    residents : the config's census counts, whose files are never a place.
    """
    what = f"[places.{name}] {place.path.name}"
    if residents is not None and _same_bytes(place, residents):
        cure = "take this layer out of [places]"
        raise ProhibitedDataError(what, got="a file of [residents]", rule=_RULE, cure=cure)
    labels = {"name": name, "path": place.path.stem, "column": place.column or ""}
    if flagged := [f"{key} {shown(text)}" for key, text in labels.items() if is_census_column(text)]:
        raise ProhibitedDataError(what, got=", ".join(flagged), rule=_RULE, cure="take this layer out of [places]")
    if place.column and _POPULATION.search(_words(place.column)):
        got = f"column {shown(place.column)}"
        raise ProhibitedDataError(what, got=got, rule=_RULE, cure="take this layer out of [places]")
    if is_census_source(place.source):
        raise ProhibitedDataError(what, got=f"source {shown(place.source)}", rule=_RULE, cure="take this layer out")
    if flagged := census_columns(columns):
        cure = "export the layer without these columns, if it is no census"
        got = f"columns about residents: {names_shown(flagged)}"
        raise ProhibitedDataError(what, got=got, rule=_RULE, cure=cure)


def census_columns(columns: Sequence[str]) -> list[str]:
    """The columns that count residents: by their own name, or as a population beside the code of a census area.

    >>> census_columns(["GEOID", "pop20", "geometry"]), census_columns(["stop_id", "population", "geometry"])
    (['pop20'], [])
    >>> census_columns(["nhblack20", "B19013_001E", "MedianIncome", "lot_width", "bldg_age"])
    ['nhblack20', 'B19013_001E', 'MedianIncome']
    """
    flagged = [name for name in columns if is_census_column(name)]
    if any(_AREA.search(_words(name)) for name in columns):
        flagged += [name for name in columns if name not in flagged and _POPULATION.search(_words(name))]
    return flagged


def is_census_column(name: str) -> bool:
    """True for a name that says race, origin, language, religion, income, rent, households, or is of a census table."""
    words = _words(name)
    squeezed = words.replace(" ", "")
    short = _SHORT.fullmatch(squeezed) or _SHORT.fullmatch(header_words(name).replace(" ", ""))
    return bool(_TRAIT.search(words) or _GROUP.fullmatch(squeezed) or short or _TABLE.fullmatch(name.strip().lower()))


def is_census_source(source: str) -> bool:
    """True for a source that says a census of residents: by its survey, or as the census of a year.

    >>> [is_census_source(text) for text in ("2020 Census", "Census 2020, table P2", "Street Tree Census 2015")]
    [True, True, False]
    """
    words = _OTHER_CENSUS.sub(" ", header_words(source))  # years stay: they are what makes a census one
    of_a_census = _CENSUS_OF_A_YEAR.search(words) or _OF_THE_BUREAU.search(words)
    return bool(
        _SURVEY.search(words)
        or _LISTS_OF_PEOPLE.search(words)
        or (of_a_census and not _LINES_OF_THE_BUREAU.search(words))
    )


def _words(text: str) -> str:
    """Lower-case words, without the year or number at their ends: "MedInc2020" is "med inc"."""
    return " ".join(re.sub(r"\d+", " ", header_words(text)).split()) if not text.isdigit() else ""


def _same_bytes(place: PlaceLayer, residents: Residents) -> bool:
    files = [path for path in (residents.path, residents.counts) if path is not None]
    return is_copy_of(place.path, files)
