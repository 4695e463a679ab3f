"""Checks an audit trail of patrolcast with nothing but Python: no package, no network, none of patrolcast's own code.

    python3 verify_trail.py FOLDER [--checkpoint FILE_OR_FOLDER]... [--key NAME+HASH+KEY]...

FOLDER holds `trail.jsonl`, and beside it `checkpoints/` and `texts/`. The form is described in docs/trail.md; this file
was written from that page and not from the code that writes the trail, so that a fault of one shows in the other.

Exit codes: 0 whole, 30 broken, 31 shorter than a checkpoint says, 32 a checkpoint is not signed by a known key,
34 the clock went backwards, 2 there is nothing to check. (33, the search index, is no evidence and not looked at.)
"""

import argparse
import base64
import hashlib
import hmac
import json
import math
import re
import sys
from pathlib import Path

# --- Ed25519, verification only: RFC 8032, section 5.1.7; no secret is handled, so time may vary with the input ------
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add_points(a, b):
    """The sum of two points in extended coordinates."""
    k, m = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    t, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = m - k, z - t, z + t, m + k
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    """A multiple of a point."""
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = add_points(found, point)
        point, number = add_points(point, point), number >> 1
    return found


def read_point(data):
    """The point of 32 bytes, or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if len(data) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = read_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public, message, signature):
    """True where the 64 bytes are a signature of the message by the key."""
    key, half = read_point(public), read_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or half is None or len(signature) != 64 or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    a, b = times(s, BASE), add_points(half, times(h, key))
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


# --- canonical JSON: RFC 8785 -----------------------------------------------------------------------------------------
ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def number_text(value):
    """A number as ECMAScript prints it."""
    if isinstance(value, int):
        if abs(value) >= 2**53:
            raise ValueError("a number beyond 2**53")
        return str(value)
    if not math.isfinite(value):
        raise ValueError("no finite number")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, part = mantissa.partition(".")
    digits, point = (whole + part).lstrip("0"), len(whole) + int(exponent or 0)
    point -= len(whole + part) - len(digits)
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        text = digits.ljust(point, "0")[:point] + ("." + digits[point:] if len(digits) > point else "")
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + text


def canonical(value):
    """The one text that RFC 8785 has for a value."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return '"' + "".join(ESCAPES.get(c, f"\\u{ord(c):04x}" if c < " " else c) for c in value) + '"'
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    return number_text(value)


# --- the Merkle tree: RFC 6962, section 2 -----------------------------------------------------------------------------
def node(left, right):
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(peaks, size, leaf):
    """Adds leaf number ``size`` (from 0) to the roots of the full subtrees."""
    while size & 1:
        leaf, size = node(peaks.pop(), leaf), size >> 1
    peaks.append(leaf)


def root_of(peaks):
    """The root over the full subtrees."""
    root = peaks[-1] if peaks else hashlib.sha256(b"").digest()
    for peak in peaks[-2::-1]:
        root = node(peak, root)
    return root


def inclusion_holds(leaf, index, size, proof, root):
    """True where the proof leads from leaf ``index`` to the root of a tree of ``size`` leaves, from the top down."""

    def climb(index, size, steps):
        if size == 1:
            return leaf if not steps else None
        half = 1 << ((size - 1).bit_length() - 1)
        if not steps:
            return None
        inner = climb(index, half, steps[:-1]) if index < half else climb(index - half, size - half, steps[:-1])
        return inner and (node(inner, steps[-1]) if index < half else node(steps[-1], inner))

    sound = 0 <= index < size and all(len(h) == 32 for h in (leaf, *proof))
    return sound and climb(index, size, list(proof)) == root


def consistency_holds(size1, size2, root1, root2, proof):
    """True where the proof shows that the tree of ``size1`` leaves is the beginning of that of ``size2``."""
    if not 0 < size1 <= size2:
        return False
    if size1 == size2:
        return not proof and root1 == root2

    def parts(size1, size2, steps, whole):
        """The roots (old, new) of a subtree, or None; ``whole``: the old tree is the left edge so far."""
        if size1 == size2:
            if whole:
                return (root1, root1) if not steps else None
            return (steps[0], steps[0]) if len(steps) == 1 else None
        if not steps:
            return None
        half = 1 << ((size2 - 1).bit_length() - 1)
        if size1 <= half:
            inner = parts(size1, half, steps[:-1], whole)
            return inner and (inner[0], node(inner[1], steps[-1]))
        inner = parts(size1 - half, size2 - half, steps[:-1], False)
        return inner and (node(steps[-1], inner[0]), node(steps[-1], inner[1]))

    return all(len(h) == 32 for h in proof) and parts(size1, size2, list(proof), True) == (root1, root2)


# --- the trail --------------------------------------------------------------------------------------------------------
FIELDS = {
    "v",
    "seq",
    "ts_utc",
    "mono_ns",
    "boot_id",
    "actor",
    "event",
    "subject",
    "body",
    "body_digest",
    "prev",
    "hash",
}
TIME, HASH, COUNT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", r"[0-9a-f]{64}", r"0|[1-9]\d{0,18}"


def small_number(text):
    """A fraction; beyond 2**53 it would be written as a whole number and read as another value."""
    if not abs(float(text)) < 2**53:
        raise ValueError("a number beyond 2**53")
    return float(text)


def is_entry(e):
    """True for an object with the fields of an entry, each of its type."""
    shape = (
        isinstance(e, dict) and set(e) == FIELDS and all(isinstance(e[k], dict) for k in ("actor", "subject", "body"))
    )
    if not shape or set(e["actor"]) != {"id", "role", "auth"} or set(e["subject"]) != {"run", "cell", "suggestion"}:
        return False
    texts = [*e["actor"].values(), *(e[k] for k in ("ts_utc", "mono_ns", "boot_id", "event", "prev", "hash"))]
    texts += [x for x in (*e["subject"].values(), e["body_digest"]) if x is not None]
    forms = [(e["ts_utc"], TIME), (e["mono_ns"], COUNT), (e["prev"], HASH), (e["hash"], HASH)]
    forms += [] if e["body_digest"] is None else [(e["body_digest"], HASH)]
    numbers = type(e["v"]) is int and e["v"] == 1 and type(e["seq"]) is int
    return numbers and all(isinstance(x, str) for x in texts) and all(re.fullmatch(form, x) for x, form in forms)


def line_fault(line, seq, prev):
    """The entry of a line and what is wrong with it (one of the two is None)."""
    try:
        entry = json.loads(line.decode("utf-8"), parse_float=small_number)
        if not is_entry(entry) or canonical(entry).encode("utf-8") != line:
            return None, "is no entry in canonical form"
    except (ValueError, RecursionError):
        return None, "cannot be read"
    rest = {name: value for name, value in entry.items() if name != "hash"}
    if hashlib.sha256(canonical(rest).encode("utf-8")).hexdigest() != entry["hash"]:
        return None, "does not fit its hash"
    if entry["seq"] != seq or entry["prev"] != prev:
        return None, f"is entry {entry['seq']}, or does not follow the one before"
    return entry, None


def read_key(text):
    """(name, key id, public key) of a line NAME+HASH+KEY, or None."""
    name, _, rest = text.strip().partition("+")
    short, _, value = rest.partition("+")
    try:
        data = base64.b64decode(value, validate=True)
    except ValueError:
        return None
    key_id = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    good = name and " " not in name and len(data) == 33 and data[0] == 1 and key_id.hex() == short
    return (name, key_id, data[1:]) if good else None


NOTE = re.compile(
    rb"([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n\n((?:\xe2\x80\x94 [^\n ]+ [A-Za-z0-9+/=]+\n)+)"
)


def claimed_size(data):
    """The size in the second line of a note, signed or not; 0 where there is none."""
    second = [*data.split(b"\n", 2), b""][1]
    return int(second) if re.fullmatch(rb"\d{1,15}", second) and data.count(b"\n") > 1 else 0


def note_root(data, keys):
    """The root that a note states, where one of the keys has signed it; else None."""
    found = NOTE.fullmatch(data)
    if not found:
        return None
    text = data[: found.end(3) + 1]
    for line in found[4].decode("utf-8", "replace").splitlines():
        _, name, value = line.split(" ")
        try:
            blob = base64.b64decode(value, validate=True)
        except ValueError:
            return None
        if base64.b64encode(blob).decode() != value:
            return None
        for key_name, key_id, public in keys:
            if key_name == name == found[1].decode("utf-8", "replace") and blob[:4] == key_id:
                return base64.b64decode(found[3]) if is_signed(public, text, blob[4:]) else None
    return None


class Look:
    """One reading of the file, line by line: faults, and what the checks after it need."""

    def __init__(self, sizes):
        self.size, self.before, self.peaks, self.faults = 0, None, [], []
        self.roots = {0: root_of([])}
        self.sizes, self.keys, self.digests, self.redacted = sizes, [], {}, set()

    def line(self, line):
        """Takes the next line; False at the first that is wrong."""
        prev = self.before["hash"] if self.before else "0" * 64
        entry, fault = line_fault(line[:-1], self.size + 1, prev)
        if not line.endswith(b"\n"):
            entry, fault = None, "is an unfinished line"
        if fault:
            self.faults.append((30, f"entry {self.size + 1} {fault}"))
            return False
        grow(self.peaks, self.size, hashlib.sha256(b"\x00" + line[:-1]).digest())
        self.size += 1
        if self.size in self.sizes:
            self.roots[self.size] = root_of(self.peaks)
        if self.before and not any(code == 34 for code, _ in self.faults):
            counted = [int(e["mono_ns"]) if e["boot_id"] == entry["boot_id"] else 0 for e in (self.before, entry)]
            if entry["ts_utc"] < self.before["ts_utc"] or counted[1] < counted[0]:
                self.faults.append((34, f"entry {self.size} is dated before the one that it follows"))
        self.before = entry
        if entry["event"] == "key.rotation":
            self.keys.append(read_key(str(entry["body"].get("key"))))
        if entry["event"] == "redaction":
            self.redacted.add(entry["body"].get("entry"))
        if entry["body_digest"] is not None:
            self.digests[self.size] = entry["body_digest"]
        return True

    def note(self, name, data, keys):
        """The size of a note that holds, else 0."""
        size, root = claimed_size(data), note_root(data, keys)
        if size > self.size:
            if not any(code == 30 for code, _ in self.faults):
                self.faults.append((31, f"{name} speaks of {size} entries, and there are {self.size}"))
            elif root is None:
                self.faults.append((32, f"{name} is not signed by a known key"))
        elif root is None:
            self.faults.append((32, f"{name} is not signed by a known key"))
        elif self.roots[size] != root:
            self.faults.append((30, f"{name} has another root over the first {size} entries"))
        else:
            return size
        return 0

    def texts(self, folder):
        """Texts beside the trail that are missing, changed or of nobody."""
        there = {int(p.stem): p for p in folder.glob("*.json") if p.stem.isdigit()}
        # The text of one entry more may lie there: it is written first, and its writer may have been stopped.
        if any(n > self.size + 1 for n in there):
            self.faults.append((31, f"there is a text of entry {max(there)}, and there are {self.size} entries"))
        of_nobody = [n for n in there if n not in self.digests and n <= self.size]
        self.faults += [(30, f"a text lies there for entry {n}, which has none") for n in of_nobody]
        for seq, digest in self.digests.items():
            try:
                kept = json.loads(there[seq].read_bytes())
                found = hmac.new(bytes.fromhex(kept["salt"]), kept["text"].encode("utf-8"), hashlib.sha256).hexdigest()
            except (KeyError, OSError, TypeError, ValueError, AttributeError):
                found = ""
            if found != digest and seq not in self.redacted:
                self.faults.append((30, f"the text of entry {seq} is missing or was changed"))


def check(folder, brought=(), keys=()):
    """(faults, number of whole entries, largest checkpoint brought that holds); a fault is (exit code, text)."""
    path = folder / "trail.jsonl"
    notes = [(p, False) for p in sorted((folder / "checkpoints").glob("*.note"))]
    notes += [(p, True) for place in brought for p in (sorted(place.glob("*.note")) if place.is_dir() else [place])]
    notes = [(p.name, p.read_bytes()[:100_000], is_brought) for p, is_brought in notes]
    look = Look({claimed_size(data) for _, data, _ in notes})
    if path.is_symlink() or not path.is_file():
        gone = not path.is_symlink() and not path.exists()
        return [(31 if gone and notes else 2 if gone else 30, "there is no trail to read")], 0, 0
    with path.open("rb") as file:
        any(not look.line(line) for line in file)
    trusted = [key for key in (map(read_key, keys) if keys else look.keys) if key]
    held = [(look.note(name, data, trusted), is_brought) for name, data, is_brought in notes]
    look.texts(folder / "texts")
    return sorted(look.faults), look.size, max((size for size, is_brought in held if is_brought), default=0)


def main(arguments=None):
    """Prints what was found; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="holds trail.jsonl")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], help="kept elsewhere; may come twice")
    parser.add_argument(
        "--key", action="append", default=[], help="public key that you trust; default: the trail's own"
    )
    given = parser.parse_args(arguments)
    faults, size, held = check(given.folder, given.checkpoint, given.key)
    for code, text in faults:
        print(f"fault {code}: {text}")
    whole = not any(code in {2, 30, 31} for code, _ in faults)
    print(f"{size} entries; level 1 (accident inside the file): {'ruled out' if whole else 'NOT ruled out'}")
    covered = f"ruled out for the first {held} entries" if whole and held else "NOT ruled out"
    print(f"level 2 (end cut off): {covered}")
    print(f"level 3 (written anew by an insider): {covered}{', if your checkpoint was out of reach' if held else ''}")
    return min((code for code, _ in faults), default=0)


if __name__ == "__main__":
    sys.exit(main())
