"""The tree over the lines: the vectors of transparency-dev, by both verifiers, and trees of every small size."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from tools import verify_trail as alone

from patrolcast.io.trail.merkle import (
    EMPTY,
    GrowingTree,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    tree_root,
)

VECTORS = Path(__file__).parents[4] / "shared" / "data" / "oracles" / "merkle_vectors.json"


@pytest.fixture(scope="module")
def vectors() -> dict[str, list[dict[str, Any]]]:
    if not VECTORS.is_file():
        pytest.skip("VECTORS ABSENT: the 196 Merkle vectors of transparency-dev were not tried")
    return dict(json.loads(VECTORS.read_text(encoding="utf-8")))


def data(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def hashes(texts: list[str] | None) -> list[bytes]:
    return [data(text) for text in texts or []]


@pytest.mark.shared
def test_all_98_inclusion_vectors_are_decided_alike_by_both_verifiers(vectors: dict[str, list[dict[str, Any]]]) -> None:
    wrong = []
    for one in vectors["inclusion"]:
        leaf, root, proof = data(one["leafHash"]), data(one["root"]), hashes(one["proof"])
        index, size = one["leafIdx"], one["treeSize"]
        ours = is_included(leaf, index=index, size=size, proof=proof, root=root)
        theirs = alone.inclusion_holds(leaf, index, size, proof, root)
        if not ours == theirs == (not one["wantErr"]):
            wrong.append(one["name"])
    assert (len(vectors["inclusion"]), wrong) == (98, [])


@pytest.mark.shared
def test_all_98_consistency_vectors_are_decided_alike_by_both_verifiers(
    vectors: dict[str, list[dict[str, Any]]],
) -> None:
    wrong = []
    for one in vectors["consistency"]:
        root1, root2, proof = data(one["root1"]), data(one["root2"]), hashes(one["proof"])
        size1, size2 = one["size1"], one["size2"]
        ours = is_consistent(size1=size1, root1=root1, size2=size2, root2=root2, proof=proof)
        theirs = alone.consistency_holds(size1, size2, root1, root2, proof)
        if not ours == theirs == (not one["wantErr"]):
            wrong.append(one["name"])
    assert (len(vectors["consistency"]), wrong) == (98, [])


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node_hash(by_definition(leaves[:k]), by_definition(leaves[k:]))


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 33])
def test_the_growing_root_is_the_root_by_definition(size: int) -> None:
    leaves = [leaf_hash(b"%d" % n) for n in range(size)]
    assert tree_root(leaves) == by_definition(leaves)


def test_every_proof_leads_to_the_root_and_to_no_other_leaf_or_place() -> None:
    for size in range(1, 20):
        leaves = [leaf_hash(b"%d" % n) for n in range(size)]
        root = tree_root(leaves)
        for index in range(size):
            proof = inclusion_proof(leaves, index)
            assert is_included(leaves[index], index=index, size=size, proof=proof, root=root)
            assert alone.inclusion_holds(leaves[index], index, size, proof, root)
            for other in range(size):
                if other != index:
                    assert not is_included(leaves[index], index=other, size=size, proof=proof, root=root)
                    assert not is_included(leaves[other], index=index, size=size, proof=proof, root=root)


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    assert GrowingTree().root() == EMPTY
