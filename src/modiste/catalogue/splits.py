"""Which product goes where: training, held-out products, or held-out attribute pairs."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from modiste.errors import BadInput
from modiste.randomness import permutation
from modiste.record import Record

TEST_SHARE = 0.1
PAIR_PRODUCTS = range(5, 151)
"""How many products a pair may have to be held out: enough to measure, few enough to miss."""
OTHER_PARTNERS = 3
"""Other partners that each value of a held-out pair keeps in training."""
OTHER_PRODUCTS = 50
"""Products of each such value outside held-out pairs; of a source below 5,000 products, 1% of them."""

Pair = tuple[str, str]


def is_test(seed: int, product_id: str) -> bool:
    """Whether a product is held out: by its id, so that two catalogues of the same products agree."""
    return place_of(seed, product_id) < TEST_SHARE


def place_of(seed: int, product_id: str) -> float:
    """Where a product stands among all, 0 to 1: those that come first are held out."""
    digest = hashlib.sha256(f"{seed}:{product_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def pair_of(record: Record, attributes: Sequence[str]) -> Pair | None:
    """The record's values of two attributes; None if it lacks one."""
    first, second = (record.attribute(name) for name in attributes)
    return (first, second) if first and second else None


def choose_pairs(records: Sequence[Record], attributes: tuple[str, ...], count: int, seed: int) -> list[Pair]:
    """Attribute pairs to keep from training, chosen by seed.

    Each value of a held-out pair stays in training with at least `OTHER_PARTNERS` other partners and
    `OTHER_PRODUCTS` products, so that a model can know both words and still has never seen them together.

    Raises:
        BadInput: fewer than `count` pairs qualify.
    """
    counts = Counter(pair for record in records if (pair := pair_of(record, attributes)))
    partners: list[dict[str, dict[str, int]]] = [defaultdict(dict), defaultdict(dict)]
    for (first, second), number in counts.items():
        partners[0][first][second] = partners[1][second][first] = number
    enough = min(OTHER_PRODUCTS, len(records) // 100)
    candidates = sorted(pair for pair, number in counts.items() if number in PAIR_PRODUCTS)
    chosen: list[Pair] = []
    for index in permutation(seed, "pairs", 0, len(candidates)):
        first, second = candidates[int(np.int64(index))]
        others = [partners[0][first], partners[1][second]]
        if all(
            len(known) > OTHER_PARTNERS and sum(known.values()) - counts[first, second] >= enough
            for known in others
        ):
            del partners[0][first][second], partners[1][second][first]
            chosen.append((first, second))
        if len(chosen) == count:
            return sorted(chosen)
    raise BadInput(
        f"expected {count} pairs of {' and '.join(attributes)} that can be held out, found "
        f"{len(chosen)} with {PAIR_PRODUCTS.start} to {PAIR_PRODUCTS.stop - 1} products; "
        f"{_remedy(len(chosen))}"
    )


def one_split_each(natural: Sequence[str], groups: Sequence[Sequence[int]]) -> list[str | None]:
    """The split of each product, so that no group (twins, photos of one product) is in two.

    Being held out wins over being trained on, so that a product that its id holds out is never trained on
    in any catalogue. A member of a held-out pair stays in `pairs`; of its group the others, which have no
    such pair, are left out: None.

    Args:
        natural: `train`, `test` or `pairs` of each, as its id and its attributes say.
        groups: positions, each in one group at most.
    """
    splits: list[str | None] = list(natural)
    for members in groups:
        found = {natural[member] for member in members}
        for member in members if len(found) > 1 else ():
            if "pairs" not in found:
                splits[member] = "test"
            elif natural[member] != "pairs":
                splits[member] = None
    return splits


def _remedy(found: int) -> str:
    return (
        f"use --hold-out-count {found} or fewer"
        if found
        else "no --hold-out-count will do: leave --hold-out out"
    )
