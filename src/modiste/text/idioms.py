"""What dictionaries of garments do not hold: a dress shirt is no dress, plaid is checked, denim is blue.

A description is heard word by word, so a noun that stands before another would be drawn, too: a dress shirt
half as a dress. These are heard as a whole, also where a catalogue knows each of their words.
"""

from collections.abc import Collection

from modiste.text.meanings import CERTAIN, Meanings, Value

BESIDES = 0.5
"""Weight of what is only likely: denim is blue, unless another colour is said."""

_SAID = (
    ("shirt formal", "dress shirt|oxford shirt"),
    ("formal shoe|shoe formal", "dress shoe"),
    ("trouser formal|pant formal", "dress pant|dress trouser|suit pant|suit trouser"),
    ("blazer|jacket formal", "suit jacket|dinner jacket|dress jacket"),
    ("dress", "shirt dress|tshirt dress|sweater dress|jumper dress|tunic dress"),
    ("dress", "mini dress|midi dress|tight dress"),
    ("skirt", "midi skirt|tight skirt"),
    ("jean", "tight jean|denim jean|denim pant|denim trouser|jean pant|jean trouser"),
    ("trouser|pant", "tight trouser|tight pant"),
    ("top", "tight top|vest top"), ("tshirt", "tight tshirt|tee shirt"), ("shorts", "chino shorts"),
    ("shirt", "tight shirt|collared shirt|lumberjack shirt"),
    ("sweater", "sweater vest"), ("tracksuit", "track suit"), ("track pant", "sweat pant|jogging pant"),
    ("boxer", "boxer shorts|boxer brief|boxer trunk"), ("nightdress", "night dress|night gown|night shirt"),
    ("heel", "high heel shoe|high heeled shoe|heeled shoe|high heeled"),
    ("jacket blue~", "denim jacket|jean jacket"), ("shirt blue~", "denim shirt|jean shirt"),
    ("skirt blue~", "denim skirt|jean skirt"), ("dress blue~", "denim dress|jean dress"),
    ("shorts blue~", "denim shorts|jean shorts"), ("top blue~", "denim top"),
    ("boot|bootie|casual shoe|shoe", "boot|bootie|ankle boot"),
    ("checked|check", "plaid|tartan|gingham|checkered|chequered|houndstooth|argyle"),
    ("striped|stripe", "stripy|stripey|pinstripe|pinstriped|pin stripe"),
    ("printed|print", "floral|flowery|flowered|paisley|patterned|dotted|polka dot"),
    ("printed|print", "animal print|leopard print|tie dye|tie dyed"),
    ("solid|plain", "plain|unicolour"),
    ("washed|faded", "faded|distressed|stonewashed|stone washed"),
)  # fmt: skip
"""What is meant, the first of which the catalogue knows all words, the loudest first; and what people say."""


def by_idiom(values: Collection[Value], vocabulary: Collection[str]) -> Meanings:
    """Those whose meaning a catalogue can say, and which it does not say itself.

    Args:
        values: of all its attributes, as words: `dress shirt` may be one of them.
        vocabulary: its words. A single word that it knows means there what it means to it.
    """
    found: Meanings = {}
    for meanings, said in _SAID:
        weights = (
            {word.rstrip("~"): BESIDES if word.endswith("~") else 1.0 for word in meant.split()}
            for meant in meanings.split("|")
        )
        meant = next((each for each in weights if each.keys() <= set(vocabulary)), None)
        for phrase in said.split("|") if meant else ():
            if phrase not in vocabulary and tuple(phrase.split()) not in values:
                found[phrase] = CERTAIN, dict(meant or {})
    return found
