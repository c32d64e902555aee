"""The word table: what words outside a catalogue mean. Read when an encoder is fitted, never to draw.

`words.npz` is built by `benchmarks/word_table/build.py`; where it comes from stands in ORIGIN.md.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

PATH = Path(__file__).parent / "words.npz"
TEXTS = ("words", "kinds", "called", "chains", "colours", "common")


@dataclass(frozen=True)
class WordTable:
    """Senses of words, RGB of colour names, and ordinary words."""

    words: list[str]
    """The word or phrase of each sense, as `text.words.words` splits it; several senses repeat it."""
    kinds: list[str]
    """`article` or `colour`; of persons and styles the names in `meanings.GROUPS`."""
    called: list[str]
    """What shops call it, where that is known: a sneaker sports shoes, wine maroon; else empty."""
    chains: list[list[str]]
    """What each sense is a kind of, from itself to the wide: frock is dress, woman's clothing, clothing."""
    vectors: npt.NDArray[np.float32]
    """[senses, 64], of unit length: near where the meanings are."""
    rgb: dict[str, tuple[int, int, int]]
    """Colour name -> sRGB, 0 to 255."""
    common: list[str]
    """English words of four letters and more: none is another word misspelt."""


@cache
def word_table() -> WordTable:
    """The table of this release."""
    with np.load(PATH, allow_pickle=False) as file:
        vectors, rgb = file["vectors"].astype(np.float32), file["rgb"].tolist()
        texts = {name: file[name].tobytes().decode().split("\n") for name in TEXTS}
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return WordTable(
        words=texts["words"],
        kinds=texts["kinds"],
        called=texts["called"],
        chains=[chain.split(", ") for chain in texts["chains"]],
        vectors=vectors,
        rgb=dict(zip(texts["colours"], map(tuple, rgb), strict=True)),
        common=texts["common"],
    )
