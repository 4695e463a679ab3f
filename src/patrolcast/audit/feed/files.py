"""The files of an export: finished, whole, and no smaller than the last accepted one."""

from collections.abc import Sequence

from patrolcast.audit.feed.names import SETTLED, not_measured
from patrolcast.audit.gates import pass_or_fail
from patrolcast.domain.feed.accepted import AcceptedFeed, FileFacts
from patrolcast.domain.records import GateResult

QUIET_SECONDS = 60.0
"""A copy over a slow line pauses for seconds; nobody's export has to be read within a minute of its end."""
LEAST_OF_LAST = 0.95
"""Of the last accepted rows and bytes: a year's window loses at most a few percent from one night to the next."""


def settled_check(files: Sequence[FileFacts]) -> GateResult:
    """Nothing was written to any file for a minute; a file from the future counts as one that is being written."""
    rule = f"at least {QUIET_SECONDS:g} seconds since a file was last written"
    known = [(file.changed_seconds, file.name) for file in files if file.changed_seconds is not None]
    if not known:
        return not_measured(SETTLED, rule, "nobody writes a file here: a database, or a fetch put in place whole")
    seconds, name = min(known)
    ago = f"{name} was written {seconds:,.0f} seconds ago"
    if seconds < 0:
        ago = f"{name} was written {-seconds:,.0f} seconds from now: is a clock wrong?"
    return GateResult(SETTLED, round(seconds, 1), rule, pass_or_fail(seconds >= QUIET_SECONDS), ago)


def end_check(files: Sequence[FileFacts], rows: int, last: AcceptedFeed | None) -> GateResult:
    """The files end as those of the last accepted night did, and a count in the last line is right.

    Parameters
    ----------
    rows : in all files, a trailer included or not.
    """
    rule = "0 files that end otherwise than before, or count other rows than they hold"
    texts = [file for file in files if file.line_end is not None]
    if not texts:
        return not_measured("feed_end", rule, "no plain text file: an archive or a database shows a cut by itself")
    wrong = []
    if last is not None and last.line_end:
        wrong += [f"{file.name} ends within a line, and did not before" for file in texts if not file.line_end]
    if last is not None and last.trailer:
        wrong += [f"{file.name} has lost its last line, which counted the rows" for file in texts if not file.trailer]
    stated = [file.trailer_rows for file in texts]
    numbers = [n for n in stated if n is not None]
    is_counted = len(numbers) == len(stated) == len(files)
    if is_counted:
        off = abs(rows - sum(numbers))
        if off > 2 * len(files):  # whether a header and the trailer itself are counted differs
            wrong.append(f"the last lines count {sum(numbers):,} rows and {rows:,} were read")
    if not wrong and not is_counted and (last is None or last.line_end is None):
        return not_measured("feed_end", rule, "no accepted night noted how the files end")
    detail = "; ".join(wrong) or "as before, and every count is right"
    return GateResult("feed_end", float(len(wrong)), rule, pass_or_fail(not wrong), detail)


def size_check(rows: int, size: int, last: AcceptedFeed | None) -> GateResult:
    """Rows and bytes of all files together against the last accepted night."""
    rule = f"at least {LEAST_OF_LAST:g} of the rows and bytes of the last accepted night"
    if last is None:
        return not_measured("feed_size", rule, "nothing is published yet: there is no night to compare with")
    of_rows, of_bytes = rows / max(last.rows, 1), size / max(last.bytes, 1)
    # A query has no size; a table packed better has fewer bytes and no fewer rows.
    shares = [(of_rows, f"{rows:,} rows, {last.rows:,}")]
    if size and last.bytes and of_rows < 1.0:
        shares.append((of_bytes, f"{size:,} bytes, {last.bytes:,}"))
    share, sentence = min(shares)
    return GateResult(
        "feed_size", round(share, 4), rule, pass_or_fail(share >= LEAST_OF_LAST), f"{sentence} on {last.as_of.date()}"
    )
