"""Description -> the words that are heard of it, the same for training, drawing and the studio's marks."""

import re
import unicodedata

STOP_WORDS = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "in", "into", "is",
    "it", "its", "made", "of", "on", "or", "that", "the", "this", "to", "up", "with", "your",
})  # fmt: skip
"""Words that say nothing of a garment: neither learnt nor reported as unknown."""

FILLERS = frozenset({
    "but", "like", "looking", "me", "my", "need", "our", "please", "some", "something", "very", "want", "we",
    "you",
})  # fmt: skip
"""Words that say as little, but may stand in what encoders have learnt: only not reported as unknown."""

KEPT_PLURALS = frozenset({"shorts"})
"""Plurals that are another word than their singular: shorts are not short."""

BETWEEN = r"[\s\u2010-\u2015-]+"
"""What stands in the middle of `t-shirt`, whatever hyphen or dash a program makes of it."""
UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff"
"""Characters that nobody sees, within words as soft hyphens are: no end of a word."""

ONE_WORD = re.compile(rf"\b(t|sweat|polo){BETWEEN}(shirts?)\b")
"""`t-shirt`, `T shirt` and `sweat-shirt` are one word, as catalogues write them (`Tshirts`)."""
LEFT_OUT = re.compile(rf"[{UNSEEN}]|(?<=\w)'s\b")
"""Beside them the ending of `men's`; of `'slim fit'` nothing."""

WORD = re.compile(r"[^\W_]{2,}")


def words(description: str) -> list[str]:
    """Lower-case words of a description, in order, plurals folded and stop words left out.

    The same function analyses the training texts, so that fitting and reading cannot differ.
    """
    text = LEFT_OUT.sub("", unicodedata.normalize("NFKC", description).casefold())
    text = ONE_WORD.sub(r"\1\2", text)
    return [_singular(word) for word in WORD.findall(text) if word not in STOP_WORDS]


def _singular(word: str) -> str:
    if len(word) < 4 or word in KEPT_PLURALS or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-2] if word.endswith(("sses", "shes", "ches", "xes")) else word[:-1]
