"""Photos that are the same, or nearly: found by a perceptual hash, and kept on one side of a split.

The hash is the sign of the 63 lowest frequencies of brightness against their median (a DCT hash); since
shirts of one cut differ in colour alone, an 8x8 thumbnail in colour has to agree as well.
"""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from PIL import Image

NEAR_BITS, NEAR_LEVELS = 6, 12
"""Near twins differ by at most so many of the 63 bits, and nowhere in the thumbnail by more levels: a photo
that was saved again as JPEG at half its size is within both, the same shirt in another colour is not."""
FLAT = 8
"""Levels between the darkest and the lightest part, below which a photo has no structure to hash: only its
like is its twin."""
SIDE, GRID = 32, 8
HASH, THUMBNAIL, EXACT = 8, 3 * GRID**2, 8
"""Bytes of each part of a signature."""
BLOCK = 2**20
"""Pairs that are compared at once."""

_WAVES = np.cos(np.pi * (2 * np.arange(SIDE)[None] + 1) * np.arange(8)[:, None] / (2 * SIDE))


def signature(picture: Image.Image, png: bytes) -> bytes:
    """Hash, thumbnail and digest of an RGB picture and its PNG: `HASH + THUMBNAIL + EXACT` bytes."""
    small = picture.resize((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=1.0)
    grey = np.asarray(small.convert("L"), np.float64)
    waves = (_WAVES @ grey @ _WAVES.T).ravel()
    bits = waves > np.sort(waves[1:])[31]
    bits[0] = np.ptp(grey) >= FLAT  # in the place of the mean, which says nothing of structure
    thumbnail = small.resize((GRID, GRID), Image.Resampling.BOX).tobytes()
    exact = blake2b(png, digest_size=EXACT).digest()
    return np.packbits(bits).tobytes() + thumbnail + exact


class Groups:
    """Positions 0 to count - 1, joined into groups."""

    def __init__(self, count: int) -> None:
        self._roots = list(range(count))

    def _root(self, member: int) -> int:
        while self._roots[member] != member:
            self._roots[member] = self._roots[self._roots[member]]
            member = self._roots[member]
        return member

    def join(self, first: int, second: int) -> None:
        """Makes one group of theirs."""
        low, high = sorted((self._root(first), self._root(second)))
        self._roots[high] = low

    def found(self) -> list[list[int]]:
        """Groups of two members or more; they and their members come in the order of first positions."""
        groups: dict[int, list[int]] = {}
        for member in range(len(self._roots)):
            groups.setdefault(self._root(member), []).append(member)
        return [members for members in groups.values() if len(members) > 1]


def join_twins(signatures: Sequence[bytes], groups: Groups) -> None:
    """Joins the positions whose photos are twins; being a twin of a twin is enough."""
    if not signatures:
        return
    table = np.frombuffer(b"".join(signatures), np.uint8).reshape(len(signatures), -1)
    hashes = table[:, :HASH].copy().view(">u8")[:, 0].astype(np.uint64)
    exact = table[:, HASH + THUMBNAIL :].copy().view(np.uint64)[:, 0]
    order = np.argsort(exact, kind="stable")
    same = np.flatnonzero(exact[order][1:] == exact[order][:-1])
    for first, second in zip(order[same].tolist(), order[same + 1].tolist(), strict=True):
        groups.join(first, second)
    # One of each exact group will do: one picture may stand for ten thousand that are missing.
    ones = np.unique(exact, return_index=True)[1]
    structured = ones[hashes[ones] >> np.uint64(63) != 0]
    for members in _candidates(hashes, structured):
        pairs = _near(members, hashes, table[:, HASH : HASH + THUMBNAIL])
        for first, second in zip(*(side.tolist() for side in pairs), strict=True):
            groups.join(first, second)


def _candidates(
    hashes: npt.NDArray[np.uint64], positions: npt.NDArray[np.int64]
) -> list[npt.NDArray[np.int64]]:
    """Positions that agree in one of `NEAR_BITS + 1` bands: twins differ in fewer bits than that."""
    width = -(-63 // (NEAR_BITS + 1))
    found = []
    for band in range(NEAR_BITS + 1):
        keys = (hashes[positions] >> np.uint64(band * width)) & np.uint64(2**width - 1)
        order = np.argsort(keys, kind="stable")
        cuts = np.flatnonzero(np.diff(keys[order])) + 1
        found += [group for group in np.split(positions[order], cuts) if len(group) > 1]
    return found


def _near(
    members: npt.NDArray[np.int64], hashes: npt.NDArray[np.uint64], thumbnails: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    firsts, seconds = [], []
    rows = max(1, BLOCK // len(members))
    for begin in range(0, len(members), rows):
        block = members[begin : begin + rows]
        apart = np.bitwise_count(hashes[block][:, None] ^ hashes[members][None])
        first, second = np.nonzero(apart <= NEAR_BITS)
        first, second = block[first], members[second]
        earlier = first < second
        first, second = first[earlier], second[earlier]
        levels = np.abs(thumbnails[first].astype(np.int16) - thumbnails[second]).max(axis=1, initial=0)
        firsts.append(first[levels <= NEAR_LEVELS])
        seconds.append(second[levels <= NEAR_LEVELS])
    return np.concatenate(firsts), np.concatenate(seconds)
