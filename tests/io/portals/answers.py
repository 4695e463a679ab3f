"""A client whose answers a test writes down."""

from __future__ import annotations

from typing import Any

from patrolcast.domain.settings.outside import parse_dataset


class Answers:
    """Path -> answer; a list of answers is given one by one."""

    what = "portal data.example.org"

    def __init__(self, dataset: str, answers: dict[str, Any]) -> None:
        self.address = parse_dataset(dataset)
        self.answers = answers
        self.asked: list[dict[str, str]] = []

    def json(self, path: str, **asked: str) -> Any:
        self.asked.append(asked)
        found = self.answers[path]
        return found.pop(0) if isinstance(found, list) and found and isinstance(found[0], list) else found
