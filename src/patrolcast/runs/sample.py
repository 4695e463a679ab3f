"""The verb `sample`: the sample city, from its seed to its files."""

from pathlib import Path

from patrolcast.domain.records import Progress
from patrolcast.io.sample_files import write_sample_files
from patrolcast.synthetic.sample import SEED, make_sample, sample_texts

COMPRESSED = frozenset({"incidents.csv", "operations/dosage_log.csv", "operations/visits.csv"})


def write_sample(out: Path, *, seed: int = SEED, progress: Progress | None = None) -> dict[str, str]:
    """Rebuilds the sample city in ``out``; files of the same names are replaced, others stay.

    Raises CannotWriteError, NotPermittedError when the folder cannot be written.

    Returns
    -------
    Relative path -> SHA-256 of every file written, as in `SHA256SUMS`.
    """
    city = make_sample(seed, progress)
    with (progress or Progress()).stage("files"):
        return write_sample_files(out, sample_texts(city), compressed=COMPRESSED)
