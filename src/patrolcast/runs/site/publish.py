"""One release of the public site: gather, count, attack, write whole, and say so on each city's audit trail."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from patrolcast.domain.errors import PatrolcastError, UsageError
from patrolcast.domain.public.count_table import CountTable
from patrolcast.domain.trail.events import OPERATOR
from patrolcast.domain.trail.site_events import SitePublished
from patrolcast.io.encode import csv_bytes, json_bytes
from patrolcast.io.governance.responses import read_responses
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.binding import extent_of
from patrolcast.io.store.site_store import LEDGER, EarlierSite, new_files, read_page, read_site, write_site
from patrolcast.io.trail import Trail
from patrolcast.io.trail.entry import Entry
from patrolcast.io.trail.machine import account
from patrolcast.report.site.city_pages import city_pages
from patrolcast.report.site.count_pages import REPORTS, count_pages
from patrolcast.report.site.feed import atom_feed
from patrolcast.report.site.front_page import TITLE, front_page
from patrolcast.report.site.run_page import banner, has_page, page_of_run, run_page
from patrolcast.report.site.tables import SitePage
from patrolcast.report.site.values import CitySite, SiteRun
from patrolcast.report.site.written import FEED, data_files, page_html, with_banner
from patrolcast.runs.site import gather
from patrolcast.runs.site.counts import as_shown, months_due, report_tables, resident_table
from patrolcast.runs.site.ledger import Ledger, require_known, require_safe, share_land, stored_ledger
from patrolcast.runs.trail.opened import opened_trail
from patrolcast.runs.trail.pauses import pause_of


@dataclass(frozen=True)
class SiteMade:
    """What a release is: its number, its pages, what is new, and what could not be shown."""

    release: int
    changed: bool
    n_pages: int
    n_files: int
    new_tables: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _City:
    """A city with its ledger as it will be, and why no more counts are shown of it ("": nothing stands against it)."""

    config: ConfigFile
    runs: Path
    entries: Sequence[Entry]
    listed: tuple[SiteRun, ...]
    ledger: Ledger
    why: str


def write_release(configs: Sequence[ConfigFile], out: Path, *, governance: Path, runs: Path | None = None) -> SiteMade:
    """Writes a release to ``out``, or nothing where all of it is there.

    Parameters
    ----------
    governance : the department's facts and texts, one folder a city.
    runs : folder of runs, instead of that of each config.

    Raises
    ------
    GateRefusedError
        a small count could be found out.
    DataRefusedError
        the site in ``out`` was changed, or is not the one that the audit trail speaks of.
    TrailBrokenError, CannotWriteError and the like
        nothing was written.
    """
    names = [config.settings.name for config in configs]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError("CONFIG", got=f"two configs of the name {twice}", rule="each city once")
    out = out.resolve()
    earlier = read_site(out)
    former = _former_ledgers(out, earlier)
    ledgers, cities, new_tables = dict(former), list[_City](), list[str]()
    for config in configs:
        city, tables = _city_of(config, config.settings.city_runs(runs), former, ledgers, earlier)
        ledgers[config.settings.name] = city.ledger
        cities.append(city)
        new_tables += [f"{config.settings.name}: {table.measure} {table.period}" for table in tables]
    require_safe(ledgers)
    sites = [_site_of(city, governance) for city in cities]
    pages, files = _files_of(sites, cities, former_cities=[name for name in former if name not in names])
    files |= _withdrawn_since(out, sites)
    if new := new_files(files, earlier):
        with ExitStack() as opened:
            trails = [opened.enter_context(_trail_of(city)) for city in cities]
            write_site(out, files, new, earlier)
            for trail, city in zip(trails, cities, strict=True):
                least = city.config.settings.site.least_count
                trail.append(SitePublished(earlier.release + 1, least, city.ledger.sha256))
    release = earlier.release + bool(new)
    warnings = tuple(f"{city.config.settings.name}: {city.why}" for city in cities if city.why)
    return SiteMade(release, bool(new), len(pages), len(files), tuple(new_tables), warnings)


def _trail_of(city: _City) -> AbstractContextManager[Trail]:
    settings = city.config.settings
    return opened_trail(city.runs, settings.name, tuple(settings.trail.copies), account(OPERATOR))


def _former_ledgers(out: Path, earlier: EarlierSite) -> dict[str, Ledger]:
    names = [PurePosixPath(name).parent.name for name in earlier.files if name.endswith(f"/{LEDGER}")]
    return {name: ledger for name in sorted(names) if (ledger := stored_ledger(out, name)) is not None}


def _city_of(
    config: ConfigFile,
    runs: Path,
    former: Mapping[str, Ledger],
    ledgers: Mapping[str, Ledger],
    earlier: EarlierSite,
) -> tuple[_City, list[CountTable]]:
    """A city, and the tables that are new in its ledger."""
    name, least = config.settings.name, config.settings.site.least_count
    entries = gather.read_trail(runs)
    require_known(former.get(name), entries, name)
    pages = [
        path.parent.name for file in earlier.files if (path := PurePosixPath(file)).match(f"{name}/runs/*/index.html")
    ]
    listed = gather.site_runs(runs, entries, pages)
    land = tuple(extent_of(config))
    ledger = former.get(name) or Ledger(name, land)
    others = [
        other for other, theirs in ledgers.items() if other != name and theirs.tables and share_land(theirs.land, land)
    ]
    new, why = list[CountTable](), ""
    if len(land) != 4:
        why = "no counts are shown: the boundary cannot be read"
    elif others:
        why = f"no counts are shown: {others[0]} covers the same land, and a difference could show single reports"
    else:
        new, why = _new_tables(config, ledger, listed)
    ledger = ledger.with_tables([(table, least) for table in new], land)
    return _City(config, runs, entries, listed, ledger, why), new


def _new_tables(config: ConfigFile, ledger: Ledger, listed: Sequence[SiteRun]) -> tuple[list[CountTable], str]:
    settings = config.settings
    newest = next((run for run in listed if run.audit is not None and run.as_of is not None), None)
    if newest is None or newest.as_of is None:
        return [], "no counts are shown: there is no sound run yet"
    whole, why = list[CountTable](), ""
    if months := months_due(settings, newest.as_of, ledger.periods(REPORTS)):
        try:
            whole = report_tables(settings, newest.as_of, months)
        except PatrolcastError as error:
            why = f"no new month is shown: its records cannot be read (exit code {error.exit_code})"
    residents = resident_table(newest.audit or {})
    whole += [residents] if residents is not None and not ledger.holds(residents) else []
    least = settings.site.least_count
    return [as_shown(table, land=settings.name, least=least) for table in whole], why


def _site_of(city: _City, governance: Path) -> CitySite:
    settings = city.config.settings
    pause = pause_of(city.runs)
    newest = next((run for run in city.listed if run.manifest is not None), None)
    names = (newest.manifest or {}).get("group_names") if newest is not None else None
    tables = sorted(city.ledger.tables, key=lambda shown: (shown[0].measure == REPORTS, shown[0].period))
    outcomes, outcomes_changed = gather.outcomes_of(city.runs, city.entries)
    return CitySite(
        name=settings.name,
        title=settings.title,
        timezone=settings.area.timezone,
        least_count=settings.site.least_count,
        runs=city.listed,
        refused=gather.refused_starts(city.entries),
        group_names=names,
        evidence={} if newest is None or newest.as_of is None else gather.site_tests(city.config, newest.as_of),
        comparison=gather.comparison_of(city.runs),
        outcomes=outcomes,
        outcomes_changed=outcomes_changed,
        counts=tuple(reversed(tables)),
        why_no_counts=f"{city.why[:1].upper()}{city.why[1:]}." if city.why else "",
        feedback=gather.site_items(city.entries),
        findings=read_responses(governance / settings.name),
        texts=gather.site_texts(governance / settings.name),
        trail=gather.trail_head(city.runs, city.entries),
        paused_since=None if pause is None else pause.since,
    )


def _files_of(
    sites: Sequence[CitySite], cities: Sequence[_City], *, former_cities: Sequence[str]
) -> tuple[list[SitePage], dict[str, bytes]]:
    """Every page of this release, and every file of it by its address."""
    pages = [front_page(sites, former_cities)]
    files = {FEED: atom_feed(sites)}
    for site, city in zip(sites, cities, strict=True):
        pages += [*city_pages(site), *count_pages(site), *(run_page(run, site) for run in site.runs if has_page(run))]
        files[f"{site.name}/{LEDGER}"] = city.ledger.data
        files |= {f"{site.name}/trail/{name}": data for name, data in site.trail.notes}
    for page in pages:
        files[page.path] = page_html(page, of=TITLE).encode()
        for path, table, form in data_files(page):
            files[path] = csv_bytes(table.frame) if form == "csv" else json_bytes(table.document)
    return pages, files


def _withdrawn_since(out: Path, sites: Sequence[CitySite]) -> dict[str, bytes]:
    """Pages that stay as they were, of runs that a pause has withdrawn since: they must not read as if in force."""
    paths = {
        f"{site.name}/{page_of_run(run)}": run
        for site in sites
        for run in site.runs
        if run.withdrawn and run.has_page and not has_page(run)
    }
    return {path: with_banner(read_page(out, path), banner(run)) for path, run in paths.items()}
