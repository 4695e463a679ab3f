"""The seal of stored evidence: content, name, signature; and which keys are asked for."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from tests.io.evidence_key import use_key
from tests.runs.tiny_city import write_city

from patrolcast.domain.errors import ConfigError
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.signing import VARIABLE
from patrolcast.io.store.evidence import evidence_path, read_evidence, seal_fault, write_evidence

DOCUMENT = {"name": "tiny", "bound_to": {"name": "tiny", "code": "0"}, "value": 0.5, "words": "ä"}


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture
def config(tmp_path: Path) -> ConfigFile:
    return read_settings(write_city(tmp_path / "city"))


def fault(config: ConfigFile, kind: str = "loop") -> str:
    document = read_evidence(config, kind)
    assert document is not None
    return seal_fault(config, kind, document)


def edit(config: ConfigFile, **changed: object) -> None:
    path = evidence_path(config, "loop")
    path.write_text(json.dumps(json.loads(path.read_bytes()) | changed))


def test_the_hash_is_that_of_the_canonical_content_by_hand(config: ConfigFile) -> None:
    write_evidence(config, "loop", DOCUMENT)
    text = json.dumps([DOCUMENT], sort_keys=True, separators=(",", ":"))
    assert json.loads(evidence_path(config, "loop").read_bytes())["content_sha256"] == (
        hashlib.sha256(text.encode()).hexdigest()
    )
    assert fault(config) == ""


def test_written_anew_with_other_blanks_and_order_it_holds(config: ConfigFile) -> None:
    write_evidence(config, "loop", DOCUMENT)
    path = evidence_path(config, "loop")
    path.write_text(json.dumps(dict(reversed(json.loads(path.read_bytes()).items()))))
    assert fault(config) == ""


def test_one_value_more_or_other_is_an_edit(config: ConfigFile) -> None:
    for changed in ({"value": 0.6}, {"more": 1}, {"words": "a"}):
        write_evidence(config, "loop", DOCUMENT)
        edit(config, **changed)
        assert fault(config) == "it was edited after it was measured"


def test_a_document_of_an_earlier_form_or_another_city_does_not_hold(config: ConfigFile) -> None:
    evidence_path(config, "loop").write_text(json.dumps({"verdict": "open"}))
    assert fault(config).startswith("it is of an earlier form")
    for other in ({"name": "oak"}, {"bound_to": {"name": "oak"}}, {"name": "oak", "bound_to": {"name": "oak"}}):
        write_evidence(config, "loop", DOCUMENT | other)
        assert fault(config).endswith("not of 'tiny'")


@pytest.mark.parametrize("text", ["", "no json", "[1]", '{"a": 1, "a": 2}', '{"a": NaN}'])
def test_what_is_no_document_is_none(config: ConfigFile, text: str) -> None:
    evidence_path(config, "loop").write_text(text)
    assert read_evidence(config, "loop") is None


def test_with_a_key_only_what_it_signed_holds(
    config: ConfigFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_evidence(config, "loop", DOCUMENT)
    use_key(monkeypatch, tmp_path / "key")
    assert fault(config) == "it is not signed, and a signing key is configured"
    write_evidence(config, "loop", DOCUMENT)
    assert fault(config) == ""
    signature = json.loads(evidence_path(config, "loop").read_bytes())["signature"]
    evidence_path(config, "screen").write_bytes(evidence_path(config, "loop").read_bytes())
    assert fault(config, "screen") == "its signature does not fit its content", "signed as another kind"
    write_evidence(config, "loop", DOCUMENT | {"value": 0.7})
    edit(config, signature=signature)
    assert fault(config) == "its signature does not fit its content"
    use_key(monkeypatch, tmp_path / "other", first=100)
    assert fault(config) == "it is signed with another key than the one configured"


def test_without_the_key_a_signed_document_is_read_as_it_stands(
    config: ConfigFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_key(monkeypatch, tmp_path / "key")
    write_evidence(config, "loop", DOCUMENT)
    monkeypatch.delenv(VARIABLE)
    assert fault(config) == ""


def test_a_config_that_asks_for_signatures_runs_on_no_machine_without_the_key(
    config: ConfigFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_evidence(config, "loop", DOCUMENT)
    config.path.write_text(config.path.read_text().replace("[publish]", "[publish]\nsigned_evidence = true"))
    asks = read_settings(config.path)
    for call in (lambda: fault(asks), lambda: write_evidence(asks, "loop", DOCUMENT)):
        with pytest.raises(ConfigError) as caught:
            call()
        assert str(caught.value) == (
            "[publish] signed_evidence: got true; evidence must be signed, and no key is named; "
            "set PATROLCAST_SIGNING_KEY to the path of the key file"
        )
    use_key(monkeypatch, tmp_path / "key")
    write_evidence(asks, "loop", DOCUMENT)
    assert fault(asks) == ""


def test_the_key_is_in_no_byte_that_is_written(
    config: ConfigFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_key(monkeypatch, tmp_path / "key")
    data = write_evidence(config, "loop", DOCUMENT).read_bytes()
    assert bytes(range(32)) not in data
    assert bytes(range(32)).hex().encode() not in data
    assert str(tmp_path).encode() not in data
