"""Checks a reviewer's kit of patrolcast with nothing but Python 3.9 or newer: no package, no network, no data.

    python3 -I -S KIT.zip                     or, from the unpacked kit:  python3 -I -S verify.py
    python3 -I -S verify.py KIT.zip [--key NAME+HASH+KEY]... [--source FOLDER]

Every file's hash, the audit trail's proofs and signatures, the run's own verdicts, and the audit of groups computed
again from the tables of the kit. One line for each thing checked (ok), found wrong (WRONG), or not checked (NOT
CHECKED, and why). --key brings the department's public key from somewhere else than the kit; --source names a folder
`src/patrolcast` whose code is compared with the run's. The figures are computed as docs/disparity.md describes them and
not with the code that made them, so that a fault of one shows in the other.

Exit codes: 0 nothing is wrong (read what was not checked), 1 something is wrong, 2 this is no kit.
"""

import argparse
import base64
import csv
import datetime
import hashlib
import importlib.util
import io
import json
import math
import stat
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

TOLERANCE = 1e-6
T_5, T_4 = 2.570581835636314, 2.7764451051977987  # Student's t at 97.5 %, 5 and 4 degrees of freedom, from a table
BATCHES, LEAST_RESIDENTS_A_CELL, BY_AREA = 6, 20.0, "by area"
MEASURES = ("log_exposure_ratio", "log_need_ratio", "excess", "log_need_ratio_per_resident", "excess_per_resident")
COUNTS = "tables/need.csv, tables/reports.csv"
STOPPING = ("fail", "not measured")
KIT, NOTE, DASH = "kit.json", "kit.json.note", "\u2014 "
MOST_BYTES = 1 << 30
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
REQUIRED = (
    "policy_admission", "incidents_counted", "counts_conserved", "forecast_finite", "calibration", "beats_counting",
    "budget_kept", "cancelled_share", "group_audit", "group_audit_districts", "limits_kept", "loop_test",
    "notice_carried", "one_suggestion_per_cell", "patrol_concentration", "proxy_screen", "reasons_sum",
    "refused_share", "report_age",
)  # fmt: skip
"""Checks without which no run may be published."""


class NoKitError(Exception):
    """There is no kit to check."""


class Kit:
    """The files of a kit, in a folder or in a zip, each read once."""

    def __init__(self, place):
        self.place, self.doubled = Path(place), []
        if self.place.is_dir():
            paths = [p for p in sorted(self.place.rglob("*")) if not p.is_dir() or p.is_symlink()]
            self._paths = {p.relative_to(self.place).as_posix(): p for p in paths}
            self.names = sorted(self._paths)
        elif zipfile.is_zipfile(str(self.place)):
            self._zip = zipfile.ZipFile(str(self.place))
            # A folder's own entry holds nothing; one that does is a file that unpacking would lose.
            packed = [one for one in self._zip.infolist() if not (one.filename.endswith("/") and not one.file_size)]
            names = [one.filename for one in packed]
            self.names = sorted(set(names))
            self.doubled = sorted(name for name, n in Counter(names).items() if n > 1)
            self._paths = None
            if sum(one.file_size for one in packed) > MOST_BYTES:
                raise NoKitError("it would unpack to more than a gigabyte")
            # What bzip2 or LZMA unpack to is bounded by no size that a zip states; a link leads out of the kit.
            if any(one.compress_type not in PACKED or one.flag_bits & 1 for one in packed):
                raise NoKitError("a file of it is packed in another way than a kit's, or encrypted")
            if any(stat.S_ISLNK(one.external_attr >> 16) for one in packed):
                raise NoKitError("a file of it is a link")
        else:
            raise NoKitError("neither a folder nor a zip")
        self._read = {}

    def __contains__(self, name):
        return name in self.names

    def data(self, name):
        """The bytes of a file; a link is never followed."""
        if name not in self._read:
            if self._paths is None:
                self._read[name] = self._zip.read(name)
            elif self._paths[name].is_symlink():
                raise OSError("it is a link")
            else:
                self._read[name] = self._paths[name].read_bytes()
        return self._read[name]

    def json(self, name):
        """A JSON document; a key that comes twice is an error, since two readers would read two documents."""
        return json.loads(self.data(name).decode("utf-8"), object_pairs_hook=unique)

    def rows(self, name):
        """Rows of a CSV as dictionaries of texts; a column that comes twice or a row of another length is an error."""
        head, *rows = csv.reader(io.StringIO(self.data(name).decode("utf-8"), newline=""))
        if len(set(head)) < len(head) or any(len(row) != len(head) for row in rows):
            raise ValueError(f"{name}: a column comes twice, or a row has another length")
        return [dict(zip(head, row)) for row in rows]


def unique(pairs):
    """An object of JSON."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice")
    return found


def sha256(data):
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest(*parts):
    """SHA-256 of plain values in the canonical JSON of patrolcast's identities."""
    return sha256(json.dumps(parts, sort_keys=True, separators=(",", ":"), allow_nan=False).encode())


class Report:
    """What was found, a line each."""

    def __init__(self, out=None):
        self.ok, self.wrong, self.open, self._out = 0, 0, 0, out or sys.stdout

    def say(self, word, text):
        """Prints a line; whatever a file of the kit says is printed without what could move a terminal's cursor."""
        print(f"{word:<12}{''.join(c if c.isprintable() else '?' for c in text)}", file=self._out)

    def holds(self, text):
        """Checked, and as it must be."""
        self.ok += 1
        self.say("ok", text)

    def fault(self, text):
        """Checked, and wrong."""
        self.wrong += 1
        self.say("WRONG", text)

    def unchecked(self, text):
        """Not checked, and why."""
        self.open += 1
        self.say("NOT CHECKED", text)

    def check(self, faults, text):
        """One check with all its faults."""
        for fault in faults:
            self.fault(fault)
        if not faults:
            self.holds(text)


# --- the kit's own files ----------------------------------------------------------------------------------------------
def file_faults(kit, listed):
    """What differs between the files that are there and those that kit.json lists."""
    there = {name for name in kit.names if name not in (KIT, NOTE)}
    faults = [f"{name} stands in the zip more than once" for name in kit.doubled]
    faults += [f"{name} would be unpacked to another place" for name in kit.names if leads_away(name)]
    alike = Counter(name.casefold() for name in kit.names)
    faults += [f"{name} differs from another file by its case alone" for name in kit.names
               if alike[name.casefold()] > 1]  # fmt: skip
    faults += [f"{name} is in the kit and in no list" for name in sorted(there - set(listed))]
    faults += [f"{name} is missing" for name in sorted(set(listed) - there)]
    for name in sorted(there & set(listed)):
        try:
            same = sha256(kit.data(name)) == listed[name]
        except Exception:  # a file that cannot be read, for whatever reason, is not the one listed
            same = False
        if not same:
            faults.append(f"{name} was changed")
    return faults


def leads_away(name):
    """True for a name that unpacks outside of the kit's folder, or elsewhere than its name says."""
    parts = name.split("/")
    return not name.isprintable() or any(c in name for c in "\\:") or bool({"", ".", ".."} & set(parts))


def load_trail_verifier(kit):
    """The trail verifier beside this file, as a module; no code of a kit runs but of the one that this file lies in."""
    beside = Path(__file__).resolve().parent
    data = kit.data("verify_trail.py") if beside == kit.place.resolve() else (beside / "verify_trail.py").read_bytes()
    spec = importlib.util.spec_from_loader("verify_trail", loader=None)
    module = importlib.util.module_from_spec(spec)
    exec(compile(data, "verify_trail.py", "exec"), module.__dict__)
    return module


def statement_holds(trail, note, keys, facts):
    """True where one of the keys has signed that a file of this kind, city and run has this hash."""
    text = "".join(f"{line}\n" for line in facts).encode()
    lines = note[len(text) + 1 :].decode("utf-8", "replace").splitlines()
    if not note.startswith(text + b"\n") or len(lines) != 1 or not lines[0].startswith(DASH):
        return False
    name, _, value = lines[0][len(DASH) :].partition(" ")
    try:
        blob = base64.b64decode(value, validate=True)
    except ValueError:
        return False
    return any(name == k and blob[:4] == short and trail.is_signed(public, text, blob[4:]) for k, short, public in keys)


# --- the audit trail --------------------------------------------------------------------------------------------------
def entry_faults(trail, lines, leaves):
    """(entries by number, faults): each line whole, at its place in the tree, and behind the one before it."""
    entries, faults, before = {}, [], None
    for line in lines:
        try:
            stated = json.loads(line.decode("utf-8"))
            seq, prev = stated["seq"], stated["prev"]
        except (ValueError, KeyError, TypeError):
            faults.append("a line of trail/entries.jsonl cannot be read")
            continue
        entry, fault = trail.line_fault(line, seq, prev)
        if fault or not 1 <= seq <= len(leaves) or (before and seq <= before["seq"]):
            faults.append(f"entry {seq} {fault or 'stands at no place of the trail'}")
            continue
        if hashlib.sha256(b"\x00" + line).digest() != leaves[seq - 1]:
            faults.append(f"entry {seq} is not the one that the trail has there")
        if before and before["seq"] == seq - 1 and before["hash"] != prev:
            faults.append(f"entry {seq} does not follow entry {seq - 1}")
        entries[seq], before = entry, entry
    return entries, faults


def roots_of(trail, leaves, sizes):
    """Root of the tree over the first so many leaves, for each of the sizes."""
    peaks, roots = [], {}
    for size, leaf in enumerate(leaves):
        trail.grow(peaks, size, leaf)
        if size + 1 in sizes:
            roots[size + 1] = trail.root_of(peaks)
    return roots


def proof_fault(trail, data, line, seq, keys):
    """Why a proof does not show that the line is entry ``seq`` of a signed trail; "" where it does."""
    head, _, note = data.partition(b"\n\n")
    parts = head.decode("ascii", "replace").split("\n")
    try:
        index, steps = int(parts[1].replace("index ", "", 1)), [base64.b64decode(x, validate=True) for x in parts[2:]]
    except (IndexError, ValueError):
        return "is no proof"
    root = trail.note_root(note, keys)
    if parts[0] != "c2sp.org/tlog-proof@v1" or index != seq - 1 or root is None:
        return "is of another entry, or rests on a checkpoint that no known key has signed"
    leaf, size = hashlib.sha256(b"\x00" + line).digest(), trail.claimed_size(note)
    return "" if trail.inclusion_holds(leaf, index, size, steps, root) else "does not lead to the signed root"


def check_trail(kit, trail, about, brought, report):
    """Entries, checkpoints, proofs; what the entries state of this run. The keys that count are returned."""
    lines = kit.data("trail/entries.jsonl").splitlines()
    leaves = [bytes.fromhex(text) for text in kit.data("trail/leaves.txt").decode("ascii").split()]
    entries, faults = entry_faults(trail, lines, leaves)
    report.check(faults, f"{len(entries)} entries of the audit trail are whole and at their places among {len(leaves)}")
    of_trail = [trail.read_key(str(e["body"].get("key"))) for e in entries.values() if e["event"] == "key.rotation"]
    keys = [key for key in (map(trail.read_key, brought) if brought else of_trail) if key]
    if brought and len(keys) < len(brought):
        report.fault("--key is no key of the form NAME+HASH+KEY")
    notes = {name: kit.data(name) for name in kit.names if name.startswith("trail/checkpoints/")}
    sizes = {trail.claimed_size(data) for data in notes.values()}
    roots, faults, signed = roots_of(trail, leaves, sizes), [], 0
    for name, data in notes.items():
        size, root = trail.claimed_size(data), trail.note_root(data, keys)
        if root is None:
            faults.append(f"{name} is not signed by a known key")
        elif roots.get(size) != root:
            faults.append(f"{name} has another root than the entries give: the trail was cut or written anew")
        else:
            signed = max(signed, size)
    if notes:
        report.check(
            faults, f"{len(notes)} signed checkpoints fit; the largest covers {signed} of {len(leaves)} entries"
        )
    if not notes and brought:
        report.fault("you brought a key, and no checkpoint in the kit is signed")
    elif not notes:
        report.unchecked("who wrote the trail: no checkpoint is signed, so the kit may be made up as a whole")
    elif not brought:
        report.unchecked("whose key signed: the key comes from the kit itself; bring the department's own with --key")
    if signed < len(leaves):
        behind = len(leaves) - signed
        report.unchecked(f"the last {behind} entries of the trail: no signed checkpoint covers them")
    by_seq, proved, faults = dict(zip(entries, (x for x in lines if x))), 0, []
    for seq, entry in entries.items():
        name = f"trail/proofs/{seq}.proof"
        if name in kit:
            fault = proof_fault(trail, kit.data(name), by_seq[seq], seq, keys)
            faults += [f"{name} {fault}"] if fault else []
            proved += 1
        elif seq <= signed and entry["subject"]["run"] == about["run_id"]:
            faults.append(f"entry {seq} is covered by a checkpoint, and there is no proof of it")
    if proved or faults:
        report.check(faults, f"{proved} proofs lead from an entry to a signed root")
    hidden = len(leaves) - len(entries)
    report.unchecked(f"what {hidden} other entries of the trail say: they are of other runs or of persons, and only "
                     "their hashes are here")  # fmt: skip
    return entries, keys


def run_entry_faults(entries, manifest, found_sha256):
    """What the trail's entries state of this run and the manifest does not bear out."""
    mine = [e for e in entries.values() if e["subject"]["run"] == manifest["run_id"]]
    stating = [e for e in mine if "manifest_sha256" in e["body"]]
    if not stating:
        return ["no entry of the trail states the manifest of this run"]
    faults = [
        f"entry {e['seq']} ({e['event']}) states another manifest"
        for e in stating[-1:] + [e for e in stating if e["event"] == "suggestion.published"]
        if e["body"]["manifest_sha256"] != found_sha256
    ]
    gates = {gate["name"]: gate["verdict"] for gate in manifest["gates"]}
    for e in stating:
        same_run = e["event"] == "run.finish" and e["body"]["manifest_sha256"] == found_sha256
        if same_run and (e["body"]["gates"], e["body"]["publishable"]) != (gates, manifest["publishable"]):
            faults.append(f"entry {e['seq']} states other verdicts than the manifest")
    return faults


# --- the run ----------------------------------------------------------------------------------------------------------
def run_faults(kit, manifest, audit):
    """Whether files, identity and verdicts of the run agree with its manifest."""
    faults = []
    for name in (n[4:] for n in kit.names if n.startswith("run/") and n != "run/manifest.json"):
        if manifest["outputs"].get(name) != sha256(kit.data(f"run/{name}")):
            faults.append(f"run/{name} is not the file that the manifest names")
    config = json.dumps(manifest["config"], sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    if not manifest["config_sha256"] == audit["config_sha256"] == sha256(config.encode()):
        faults.append("the config has another hash than the manifest says")
    files = sorted((one["key"], one["path"], one["sha256"]) for one in manifest["inputs"])
    made = digest(manifest["config_sha256"], files, manifest["code_sha256"], manifest["lock_sha256"],
                  {"versions": manifest["versions"]})  # fmt: skip
    if manifest["inputs_sha256"] != made:
        faults.append("the hash of the inputs is not that of the inputs, config and code that the manifest names")
    read = sorted((one["name"], one["sha256"]) for one in manifest["sources"])
    short = digest(manifest["as_of"], manifest["inputs_sha256"], read)[:8]
    if f"-{manifest['name']}-{short}" not in f"{manifest['run_id']}":
        faults.append("the run's id is not that of the moment, inputs and records that the manifest names")
    if audit["run_id"] != manifest["run_id"]:
        faults.append("audit.json is of another run")
    listed = [(g["name"], g["value"], g["threshold"], g["verdict"], g["stops"]) for g in manifest["gates"]]
    audited = [(g["name"], g["value"], g["threshold"], g["verdict"], g["stops_publication"]) for g in audit["gates"]]
    if listed != audited or audit["publishable"] != manifest["publishable"]:
        faults.append("manifest and audit.json hold other verdicts")
    if manifest["publishable"] and stopped_by(manifest):
        faults.append("the manifest says publishable, and a check that stops it has failed")
    return faults


def stopped_by(manifest):
    """Names of the checks that stop the run."""
    missing = sorted(set(REQUIRED) - {g["name"] for g in manifest["gates"]})
    return [g["name"] for g in manifest["gates"] if g["stops"] and g["verdict"] in STOPPING] + missing


def input_faults(kit, manifest, copies):
    """Whether files that the kit copies from the run's inputs (evidence, layers of the twin) are those inputs."""
    stated = {one["path"]: one["sha256"] for one in manifest["inputs"]}
    evidence = {one["path"] for one in manifest["inputs"] if one["key"].startswith("evidence.")}
    faults = [f"the stored test {path} is not in the kit" for path in sorted(evidence - set(copies.values()))]
    return faults + [
        f"{name} is not the input {path} of the run"
        for name, path in sorted(copies.items())
        if name not in kit or stated.get(path) != sha256(kit.data(name))
    ]


def record_faults(kit, trail, keys, about):
    """Whether the published records are those that records.json lists, and it is signed."""
    document = kit.json("records/records.json")
    there = {n[8:] for n in kit.names if n.startswith("records/")} - {"records.json", "records.json.note"}
    faults = [f"records/{name} is missing, changed or in no list" for name in sorted(there | set(document["files"]))
              if name not in there or document["files"].get(name) != sha256(kit.data(f"records/{name}"))]  # fmt: skip
    if document["run_id"] != about["run_id"]:
        faults.append("records/records.json is of another run")
    if "records/records.json.note" in kit:
        facts = (f"patrolcast/{about['city']}", "records", about["run_id"], sha256(kit.data("records/records.json")))
        if not statement_holds(trail, kit.data("records/records.json.note"), keys, facts):
            faults.append("records/records.json is not signed by a known key")
    elif keys:
        faults.append("records/records.json is not signed, and there is a key")
    return faults


def code_list_faults(kit, manifest):
    """Whether the files listed in code/code.json make up the code of the run."""
    files = kit.json("code/code.json")["files"]
    listed = [(name, files[name]) for name in sorted(files, key=lambda name: name.split("/"))]
    same = not files or digest(*listed) == manifest["code_sha256"]
    return [] if same else ["code/code.json lists other files than the run was made with"]


def code_faults(kit, manifest, source):
    """How a folder of source code differs from the code of the run."""
    kept = {".py", ".html", ".css", ".js"}
    paths = sorted(p for p in source.rglob("*") if p.suffix in kept and "__pycache__" not in p.parts)
    files = [(p.relative_to(source).as_posix(), sha256(p.read_bytes())) for p in paths]
    if digest(*files) == manifest["code_sha256"]:
        return []
    listed = kit.json("code/code.json").get("files", {})
    other = sorted(name for name in set(listed) | {n for n, _ in files} if dict(files).get(name) != listed.get(name))
    return [f"--source is other code than the run's: {', '.join(other[:5]) if listed else 'its files are not listed'}"]


# --- the audit of groups, computed again ------------------------------------------------------------------------------
class Tables:
    """The tables of the kit: minutes by night and cell, need by batch of nights and cell, residents by cell."""

    def __init__(self, kit, audit):
        self.audit = audit
        rows = kit.rows("tables/cells.csv")
        self.cells = [row["cell"] for row in rows]
        self.district = {row["cell"]: row["district"] for row in rows}
        names = [name for name in (rows[0] if rows else {}) if name.startswith("minutes_of_training_")]
        self.trained = {name: {row["cell"]: float(row[name]) for row in rows} for name in names}
        first, last = (datetime.date.fromisoformat(audit[key]) for key in ("first_night", "last_night"))
        self.nights = [(first + datetime.timedelta(k)).isoformat() for k in range((last - first).days + 1)]
        if len(self.nights) != audit["n_nights"]:
            raise ValueError("not every night of the window was audited")
        size, longer = divmod(len(self.nights), BATCHES)
        sizes = [size + (k < longer) for k in range(BATCHES)]
        batch = dict(zip(self.nights, (k for k, n in enumerate(sizes) for _ in range(n))))
        self.by_night = {night: {} for night in self.nights}
        self.minutes, self.need, self.reports = [{} for _ in range(BATCHES)], None, {}
        for row in kit.rows("tables/minutes.csv"):
            minutes, of_batch = float(row["minutes"]), self.minutes[batch[row["night"]]]
            put(self.by_night[row["night"]], row["cell"], minutes)
            of_batch[row["cell"]] = of_batch.get(row["cell"], 0.0) + minutes
        if "tables/need.csv" in kit:
            self.need = [{} for _ in range(BATCHES)]
            for row in kit.rows("tables/need.csv"):
                put(self.need[range(BATCHES)[int(row["batch"]) - 1]], row["cell"], float(row["need"]))
            for row in kit.rows("tables/reports.csv"):
                put(self.reports, row["cell"], (float(row["reported"]), float(row["reached"])))
        self.people, self.ways = {}, []
        for row in kit.rows("tables/residents.csv"):
            if row["spreading"] not in self.ways:
                self.ways.append(row["spreading"])
            sides = tuple(float(row[side]) for side in ("members", "others", "everyone"))
            put(self.people.setdefault((row["group"], row["spreading"]), {}), row["cell"], sides)
        tables = (*self.minutes, *(self.need or ()), self.reports, *self.people.values())
        if len(self.district) < len(rows) or any(cell not in self.district for one in tables for cell in one):
            raise ValueError("a table names a cell that cells.csv does not hold, or cells.csv one twice")

    def by_district(self, values):
        """Each cell with the mean of its district's cells."""
        sums, counts = {}, {}
        for cell in self.cells:
            name = self.district[cell]
            sums[name] = sums.get(name, 0.0) + values.get(cell, 0.0)
            counts[name] = counts.get(name, 0) + 1
        return {cell: sums[self.district[cell]] / counts[self.district[cell]] for cell in self.cells}


def put(table, key, value):
    """Enters a row that may come once: two readers of one that comes twice would read two tables."""
    if key in table:
        raise ValueError(f"a table has two rows of {key}")
    table[key] = value


def sides_of(tables, group, way, inside):
    """Weights of both sides in the cells inside: of minutes and need, and of need per resident; and all their sums."""
    people = tables.people.get((group, way), {})
    sides = []
    for side in (0, 1):
        lives = {cell: people[cell][side] for cell in inside if cell in people}
        dense = {cell: n / people[cell][2] for cell, n in lives.items() if people[cell][2] >= LEAST_RESIDENTS_A_CELL}
        total, of_dense = sum(lives.values()), sum(lives[cell] for cell in dense)
        sides.append((lives, total, dense, of_dense))
    return sides


def mean_of(values, weights, total):
    """A mean weighted by residents; 0 where nobody lives."""
    return sum(values[cell] * weight for cell, weight in weights.items() if cell in values) / total if total else 0.0


def log_ratios(minutes, need, sides):
    """The five log ratios of a stretch of nights; NaN where a side has nothing."""

    def ratio(values, dense):
        own, other = (mean_of(values, *(side[2:] if dense else side[:2])) for side in sides)
        return math.log(own / other) if own > 0 and other > 0 else math.nan

    exposure, need_ratio, rate = ratio(minutes, False), ratio(need, False), ratio(need, True)
    return dict(zip(MEASURES, (exposure, need_ratio, exposure - need_ratio, rate, exposure - rate)))


def summed(parts):
    """The sum of several tables by cell."""
    found = {}
    for part in parts:
        for cell, value in part.items():
            found[cell] = found.get(cell, 0.0) + value
    return found


def batch_half_widths(minutes, need, sides):
    """Half-width of each log ratio from six batches of nights."""
    batches = [log_ratios(own, wanted, sides) for own, wanted in zip(minutes, need)]
    found = {}
    for name in MEASURES:
        values = [one[name] for one in batches]
        mean = sum(values) / BATCHES
        spread = sum((value - mean) ** 2 for value in values) / (BATCHES - 1)
        found[name] = T_5 * math.sqrt(spread) / math.sqrt(BATCHES)
    return found


def is_number(width):
    """True for a finite number."""
    return width is not None and math.isfinite(width)


def interval(name, estimate, widths):
    """Estimate and both ends, the parts of the half-width added in quadrature."""
    half = math.sqrt(sum(width**2 for width in widths if width is not None))
    return {f"{name} estimate": estimate, f"{name} lower": estimate - half, f"{name} upper": estimate + half}


def comparison(tables, stated, inside, by_district=False):
    """Every figure of one comparison among the cells inside; without a table of need those of the patrol alone."""
    spread = tables.by_district if by_district else lambda values: values
    sides = sides_of(tables, stated["group"], BY_AREA, inside)
    minutes = [spread(part) for part in tables.minutes]
    everything, n = summed(minutes), len(tables.nights)
    found = {
        "residents": sides[0][1],
        "exposure": mean_of(everything, *sides[0][:2]) / n if sides[0][1] else math.nan,
        "exposure_against": mean_of(everything, *sides[1][:2]) / n if sides[1][1] else math.nan,
    }
    measures = MEASURES if tables.need is not None else MEASURES[:1]
    need = [spread(part) for part in tables.need or [{}] * BATCHES]
    all_need = summed(need)
    own, nights = log_ratios(everything, all_need, sides), batch_half_widths(minutes, need, sides)
    ways = [way for way in tables.ways if way != BY_AREA]
    placed = [log_ratios(everything, all_need, sides_of(tables, stated["group"], way, inside)) for way in ways]
    others = [log_ratios(spread(one), all_need, sides) for one in tables.trained.values()]
    for name in (m for m in measures if m in stated["parts"]):
        parts = stated["parts"][name]
        moved = [(one[name] - own[name]) ** 2 for one in others]
        widths = {
            "nights": nights[name],
            "trainings": T_4 * math.sqrt(sum(moved) / len(moved)) if moved else None,
            "census": parts["census"],
            "within_areas": parts["within_areas"],
            "spreading": max(abs(one[name] - own[name]) for one in placed) if placed else None,
        }
        found.update({f"parts {name} {part}": width for part, width in widths.items() if is_number(width)})
        if stated[name]["lower"] is not None:
            found.update(interval(name, own[name], widths.values()))
        if name == "excess" and stated["excess_as_counted"]["lower"] is not None:
            counted = (widths["nights"], widths["trainings"], widths["census"])
            found.update(interval("excess_as_counted", own[name], counted))
    return found


def stated_figures(tables, one):
    """The same figures as audit.json has them."""
    found = {name: one[name] for name in ("residents", "exposure", "exposure_against")}
    measures = MEASURES if tables.need is not None else MEASURES[:1]
    for name, parts in one["parts"].items():
        if name in measures:
            found.update({f"parts {name} {part}": width for part, width in parts.items() if width is not None})
            if one[name]["lower"] is not None:
                found.update({f"{name} {end}": one[name][end] for end in ("estimate", "lower", "upper")})
    if "excess" in one["parts"] and tables.need is not None and one["excess_as_counted"]["lower"] is not None:
        ends = ("estimate", "lower", "upper")
        found.update({f"excess_as_counted {end}": one["excess_as_counted"][end] for end in ends})
    return found


def is_beyond(tables, stated, inside, limit, figures=None):
    """Whether a comparison in a district lies beyond the limit (log scale); None where nothing is estimated.

    ``figures`` are those of `comparison`, where they were computed already.
    """
    sides = sides_of(tables, stated["group"], BY_AREA, inside)
    minutes, need = summed(tables.minutes), summed(tables.need)
    own = log_ratios(minutes, need, sides)
    got = sorted(mean_of(minutes, *side[:2]) for side in sides)
    enough = len(tables.nights) >= 2 * BATCHES
    if enough and got[0] == 0 < got[1] and math.isfinite(own["log_need_ratio"]):
        return True
    figures = figures or comparison(tables, stated, inside)
    if "excess_as_counted lower" in figures:
        return figures["excess_as_counted lower"] > limit or figures["excess_as_counted upper"] < -limit
    if not stated["parts"] and stated["excess"]["lower"] is not None:
        return abs(own["excess"]) - batch_half_widths(tables.minutes, tables.need, sides)["excess"] > limit
    return abs(own["excess"]) > limit if enough and math.isfinite(own["excess"]) else None


def concentration(tables):
    """How few cells the patrol falls on."""
    minutes = summed(tables.minutes)
    total = sorted(minutes.get(cell, 0.0) for cell in tables.cells)
    n, every = len(total), sum(total)
    nights_of, longest, run = {}, 0, {}
    for night in tables.nights:
        chosen = {cell for cell, given in tables.by_night[night].items() if given > 0}
        run = {cell: run.get(cell, 0) + 1 for cell in chosen}
        longest = max([longest, *run.values()])
        nights_of.update({cell: nights_of.get(cell, 0) + 1 for cell in chosen})
    most = sorted(nights_of.values(), reverse=True)
    weighted = sum((2 * rank - n - 1) * given for rank, given in enumerate(total, 1))
    return {
        "gini": weighted / (n * every) if every else math.nan,
        "longest_run": float(longest),
        "ever_suggested": float(len(most)),
        "nightly_cells": sum(most) / len(tables.nights),
        "turnover": len(most) * len(tables.nights) / sum(most) if most else math.nan,
        "top_share": sum(most[: tables.audit["concentration"]["top"]]) / sum(most) if most else math.nan,
    }


def reach(tables, group):
    """Share of reported incidents in suggested cells and shifts, for both sides."""
    people, found = tables.people.get((group, BY_AREA), {}), {}
    for side, name in ((0, "share"), (1, "share_against")):
        part = {cell: sides[side] / sides[2] for cell, sides in people.items() if sides[2] > 0}
        sums = [sum(both[k] * part.get(cell, 0.0) for cell, both in tables.reports.items()) for k in (0, 1)]
        found[name] = sums[1] / sums[0] if sums[0] else math.nan
    return found


def same_number(found, stated):
    """True for two numbers that agree to the tolerance, and where neither side has one."""
    if not is_number(stated):
        return not is_number(found)
    return abs(found - stated) <= TOLERANCE * max(abs(stated), 1.0)


def differ(where, found, stated):
    """A line for each figure that is another, or stands on one side only."""
    lines = [f"{where}: {name} is in one of the two only" for name in sorted(set(found) ^ set(stated))]
    return lines + [
        f"{where}: {name} is {stated[name]!r} in audit.json, {found[name]!r} computed again"
        for name in sorted(set(found) & set(stated))
        if not same_number(found[name], stated[name])
    ]


def audit_lines(tables):
    """(number of figures, faults) of the audit computed again."""
    audit, n, faults = tables.audit, 0, []

    def compare(where, found, stated):
        nonlocal n
        n += len(stated)
        faults.extend(differ(where, found, stated))

    for one in audit["groups"]:
        compare(f"city, {one['group']}", comparison(tables, one, tables.cells), stated_figures(tables, one))
    for one in audit["levels"].get("district", []):
        found = comparison(tables, one, tables.cells, by_district=True)
        compare(f"level of districts, {one['group']}", found, stated_figures(tables, one))
    verdicts, limit = [], math.log(audit["in_districts"]["limit"]) if audit["districts"] else 0.0
    for name, comparisons in audit["districts"].items():
        inside = [cell for cell in tables.cells if tables.district[cell] == name]
        for one in (c for c in comparisons if c["enough"]):
            figures = None
            if one["parts"]:
                figures = comparison(tables, one, inside)
                compare(f"district {name}, {one['group']}", figures, stated_figures(tables, one))
            if tables.need is not None:
                verdicts.append(is_beyond(tables, one, inside, limit, figures))
    if len(audit["districts"]) > 1 and tables.need is not None:
        said = audit["in_districts"]
        stated = {"beyond": len(said["beyond"]), "compared": said["n_compared"], "unknown": len(said["not_measured"])}
        counted = (verdicts.count(True), len(verdicts) - verdicts.count(None), verdicts.count(None))
        compare("districts", dict(zip(stated, counted)), stated)
    few = concentration(tables)
    compare("concentration", few, {name: audit["concentration"][name] for name in few})
    for one in audit["opportunity"] if tables.need is not None else ():
        found = reach(tables, one["group"])
        found["difference"] = found["share"] - found["share_against"]
        stated = {name: one[name] for name in ("share", "share_against")}
        compare(f"reach, {one['group']}", found, {**stated, "difference": one["difference"]["estimate"]})
    return n, faults


def gate_faults(audit):
    """Checks of groups whose figure is not the one that the audit of groups has, which is computed again."""
    gates, faults = {gate["name"]: gate for gate in audit["gates"]}, []
    excess = {f"group_excess_{one['group']}": (one["excess"], math.exp) for one in audit["disparity"]["groups"]}
    reach_of = {f"group_opportunity_{one['group']}": (one["difference"], float)
                for one in audit["disparity"]["opportunity"]}  # fmt: skip
    for name, (figure, shown) in {**excess, **reach_of}.items():
        gate = gates.get(name, {"value": None, "interval": None})
        ends = (gate["value"], *(gate["interval"] or (None, None)))
        of_audit = [figure[end] for end in ("estimate", "lower", "upper")]
        want = [shown(one) if is_number(one) else None for one in of_audit]
        if name not in gates or any(is_number(a) and not (is_number(b) and same_number(a, b))
                                    for a, b in zip(ends, want)):  # fmt: skip
            faults.append(f"the check {name} carries another figure than the audit of groups, or is missing")
    return faults


def check_audit(kit, audit, about, report):
    """The audit of groups from the kit's tables."""
    disparity = audit["disparity"]
    if not disparity or not disparity.get("groups"):
        report.unchecked("the audit of groups: this run measured none (its own check says so)")
        return
    if "tables/cells.csv" not in kit:
        report.fault("the audit compares groups, and the tables it was computed from are not in the kit")
        return
    if ("tables/need.csv" in kit) == (COUNTS in about["left_out"]):
        report.fault("tables of counts are missing and not said to be, or there and said to be missing")
    try:
        tables = Tables(kit, disparity)
        n, faults = audit_lines(tables)
    except (KeyError, ValueError, TypeError, ZeroDivisionError, IndexError) as error:
        report.fault(f"the tables of the audit cannot be used ({type(error).__name__}: {error})")
        return
    report.check(faults, f"{n} figures of the audit of groups come out again from the tables, to a millionth")
    if tables.need is None:
        report.unchecked("ratios of need, and reach: this kit was made without counts of reports")
    report.unchecked("of the audit: the parts of intervals for the census's own error and for where within an area "
                     "people live, the level of census areas, calibration (they need the census itself); p-values, "
                     "the interval of reach, and what the checks decided from these figures")  # fmt: skip
    compared = [*disparity["groups"], *(one for found in disparity["districts"].values() for one in found)]
    if silent := sum(not (one["enough"] and one["parts"]) for one in compared):
        report.unchecked(f"{silent} of {len(compared)} comparisons (city and districts): the audit gives them no "
                         "interval, as too little to tell; whether that is so is not computed again")  # fmt: skip
    report.check(gate_faults(audit), "the checks of groups carry the figures that the audit has of them")
    report.unchecked("that the tables are the run's own: its figures alone bind them")


# --- all of it --------------------------------------------------------------------------------------------------------
def check_kit(kit, report, brought=(), source=None):
    """Every check in turn."""
    if KIT not in kit:
        raise NoKitError(f"there is no {KIT}")
    about = kit.json(KIT)
    faults = file_faults(kit, about["files"])
    report.check(faults, f"{len(about['files'])} files have the hash that kit.json lists, and there is no other file")
    if faults:
        report.unchecked("everything else: a kit whose files were changed is not looked into")
        return
    trail = load_trail_verifier(kit)
    manifest, audit = kit.json("run/manifest.json"), kit.json("run/audit.json")
    if (about["run_id"], about["city"]) != (manifest["run_id"], manifest["name"]):
        report.fault("kit.json is of another run or city than its manifest")
    entries, keys = check_trail(kit, trail, about, brought, report)
    facts = (f"patrolcast/{about['city']}", "kit", about["run_id"], sha256(kit.data(KIT)))
    if NOTE in kit:
        signed = statement_holds(trail, kit.data(NOTE), keys, facts)
        report.check([] if signed else ["kit.json is not signed by a known key"], "kit.json is signed")
    elif keys:
        report.fault("kit.json is not signed, and there is a key")
    else:
        report.unchecked("who made the kit: it is not signed, as the department has no trail key")
    stated = run_entry_faults(entries, manifest, sha256(kit.data("run/manifest.json")))
    report.check(stated, "the audit trail states this manifest")
    report.check(run_faults(kit, manifest, audit), "files, id, config and verdicts of the run agree with its manifest")
    copies = about["copies_of_inputs"]
    report.check(
        input_faults(kit, manifest, copies), f"{len(copies)} copied inputs (evidence, layers) are the run's own"
    )
    if "records/records.json" in kit:
        report.check(record_faults(kit, trail, keys, about), "the published records are those that records.json lists")
    else:
        report.unchecked("published records: the kit holds none")
    check_audit(kit, audit, about, report)
    report.check(code_list_faults(kit, manifest), "code/code.json is about the code of the run")
    if source is not None:
        report.check(code_faults(kit, manifest, source), "--source is the code of the run")
    else:
        report.unchecked("the code: name the folder src/patrolcast of its source with --source")
    if "twin/data/incidents.csv" in kit:
        n, want = len(kit.rows("twin/data/incidents.csv")), about["twin"]["records"]
        report.check(
            [] if n == want else [f"the twin has {n} records, kit.json says {want}"], f"{n} records of the twin"
        )
        report.unchecked("that the twin holds no real record: only who has the records can measure that")
    for what, why in sorted(about["left_out"].items()):
        report.say("left out", f"{what}: {why}")
    withdrawn = about["withdrawn_by_entry"]
    if not withdrawn:
        report.unchecked("whether a pause withdrew the run: kit.json says no, and no entry here could show it")
    state = f"NOT FOR USE, stopped by {', '.join(stopped_by(manifest))}" if stopped_by(manifest) else (
        f"NOT FOR USE, withdrawn by a pause (entry {withdrawn})" if withdrawn else
        "no check stopped it" if manifest["publishable"] else "NOT FOR USE, a check is missing")  # fmt: skip
    report.say("the run", f"{manifest['run_id']}: {state}; to be used until {manifest['expires_at']} and not after")
    if about["not_for_use"] != state.startswith("NOT FOR USE"):
        report.fault("kit.json says something else of whether the run may be used")


def main(arguments=None, here=None):
    """Prints what was found; the exit code."""
    started = time.perf_counter()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kit", type=Path, nargs="?", default=here or Path(__file__).resolve().parent)
    parser.add_argument("--key", action="append", default=[], help="the department's public key, from elsewhere")
    parser.add_argument("--source", type=Path, help="a folder src/patrolcast, to be compared with the run's code")
    given, report = parser.parse_args(arguments), Report()
    try:
        check_kit(Kit(given.kit), report, given.key, given.source)
    except NoKitError as error:
        print(f"no kit: {error}")
        return 2
    except Exception as error:  # whatever a made-up kit breaks is a fault of the kit, in one line
        report.fault(f"the kit cannot be read to its end ({type(error).__name__}: {error})")
    seconds = time.perf_counter() - started
    print(f"{report.ok} checks hold, {report.wrong} faults, {report.open} things not checked; {seconds:.1f} seconds")
    print("The kit is NOT as it must be." if report.wrong else "Nothing that was checked is wrong.")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
