"""The analyst's pages: runs and checks, stored pages as they were made, two nights compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.web.asked import entries, the_shift

Signed = Callable[..., Any]


def test_a_run_is_listed_and_opens_with_its_checks_and_files(place: Path, signed_in: Signed) -> None:
    client, run = signed_in("analyst"), the_shift()[0].run_id
    assert run in client.get("/runs/").content.decode()
    page = client.get(f"/runs/{run}/").content.decode()
    assert "Policy admission" in page
    assert f"/runs/{run}/audit.html" in page
    assert client.get("/runs/20200101T0000Z-tiny-00000000/").status_code == 404


def test_a_stored_page_goes_out_as_it_was_made_under_its_own_policy(place: Path, signed_in: Signed) -> None:
    client, run = signed_in("analyst"), the_shift()[0].run_id
    answer = client.get(f"/runs/{run}/audit.html")
    assert answer.content == (place / "runs/tiny" / run / "audit.html").read_bytes()
    policy = answer["Content-Security-Policy"]
    assert "style-src 'sha256-" in policy
    assert "frame-ancestors 'none'" in policy
    assert entries(place, "export") == []


def test_a_file_that_leaves_is_on_the_trail_and_one_that_was_changed_does_not_leave(
    place: Path, signed_in: Signed
) -> None:
    client, run = signed_in("analyst"), the_shift()[0].run_id
    answer = client.get(f"/runs/{run}/suggestions.csv")
    assert "attachment" in answer["Content-Disposition"]
    assert [(one["body"]["what"], one["subject"]["run"]) for one in entries(place, "export")] == [
        ("suggestions.csv", run)
    ]
    (place / "runs/tiny" / run / "audit.json").write_text("{}")
    assert client.get(f"/runs/{run}/audit.json").status_code == 409


def test_no_path_leads_out_of_the_run(place: Path, signed_in: Signed) -> None:
    client, run = signed_in("analyst"), the_shift()[0].run_id
    for name in ("..%2f..%2fstatus.json", "model%2fmodel.txt", "timing.json", "%00", "..", "manifest.json%00.html"):
        assert client.get(f"/runs/{run}/{name}").status_code == 404, name
    assert client.get("/runs/../trail/").status_code in (404, 403)


@pytest.mark.parametrize("asked", ["0-,", "5-1", "-", "99999999-", "-99999999", "x-y", "0-0"])
def test_a_range_of_bytes_gives_no_more_than_the_file_and_no_error(asked: str, place: Path, signed_in: Signed) -> None:
    client, run = signed_in("analyst"), the_shift()[0].run_id
    headers = {"Range": f"bytes={asked * 500 if asked.endswith(',') else asked}"}
    for path in (f"/runs/{run}/audit.html", "/static/report/page.css"):
        whole, part = b"".join(client.get(path)), client.get(path, headers=headers)
        assert part.status_code in (200, 206, 416), (path, part.status_code)
        given = b"".join(part)
        assert part.status_code == 416 or (given in whole and len(given) > 0), path


def test_each_check_has_its_verdict_for_each_night(place: Path, signed_in: Signed) -> None:
    page = signed_in("analyst").get("/checks/").content.decode()
    assert "Policy admission" in page
    assert "v-pass" in page


def test_one_run_alone_cannot_be_compared_and_the_page_says_so(place: Path, signed_in: Signed) -> None:
    assert b"Two runs are needed" in signed_in("analyst").get("/nights/").content
    run = the_shift()[0].run_id
    same = signed_in("analyst").get("/nights/", {"newer": run, "older": run})
    assert b"The same places are suggested in both" in same.content
    assert signed_in("analyst").get("/nights/", {"newer": run, "older": "nothing"}).status_code == 404


def test_a_test_that_was_not_made_is_not_called_passed(place: Path, signed_in: Signed) -> None:
    client = signed_in("analyst")
    assert b"Not tested is not passed" in client.get("/tests/").content
    assert client.get("/tests/comparison.html").status_code == 404
    folder = place / "comparisons" / "tiny"
    folder.mkdir(parents=True)
    (folder / "comparison.html").write_text("<p>compared</p>")
    assert b"Comparison of variants" in client.get("/tests/").content
    answer = client.get("/tests/comparison.html")
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
