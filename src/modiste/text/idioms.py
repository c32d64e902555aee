"""What dictionaries of garments do not hold: a dress shirt is no dress, plaid is checked, denim is blue.

A description is heard word by word, so a noun that stands before another would be drawn, too: a dress shirt
half as a dress. These are heard as a whole, also where a catalogue knows each of their words.
"""

from collections.abc import Collection

from modiste.text.meanings import CERTAIN, Meanings, Meant, Value, as_a_whole
from modiste.text.read import LONGEST_PHRASE

PERHAPS = 0.3
"""Weight of what is only likely, and may be said otherwise: denim is blue, boots are casual."""

_SAID = (
    ("shirt formal|shirt", "dress shirt|tight dress shirt|oxford shirt"),
    ("formal shoe|shoe", "dress shoe"),
    ("trouser formal|pant formal|trouser|pant", "dress pant|dress trouser|suit pant|suit trouser"),
    ("blazer|jacket formal|jacket", "suit!|suit jacket|dress jacket|pant suit|trouser suit|pantsuit"),
    ("blazer black~|jacket formal black~|jacket formal|jacket", "tuxedo|dinner jacket|dinner suit"),
    ("night suit|lounge pant|track pant", "pyjama!|pajama!|pj!"),
    ("kurtis kurti|kurtis", "kurti!"),
    ("salwar kurta|salwar", "salwar suit"), ("churidar kurta|churidar", "churidar suit"),
    ("kurta set|kurta", "kurta suit|punjabi suit|anarkali suit"),
    ("swimwear|swimsuit|swimming|brief", "swim suit|swimsuit|bathing suit|swimming costume"),
    ("jumpsuit|dress", "jump suit|jumpsuit|playsuit|play suit|boiler suit"),
    ("dress", "shirt dress|tshirt dress|tee dress|tee shirt dress|sweater dress|jumper dress|tunic dress"),
    ("dress", "mini dress|midi dress|tight dress|tight mini dress|tight midi dress"),
    ("dress white~|dress", "wedding dress|wedding gown|bridal dress|bridal gown"),
    ("skirt", "midi skirt|tight skirt|tight mini skirt"),
    ("jean", "tight jean|boot cut jean|bootcut jean"),
    ("jean", "denim jean|denim pant|denim trouser|jean pant|jean trouser"),
    ("trouser|pant", "tight trouser|tight pant|boot cut trouser|boot cut pant"),
    ("top", "tight top|vest top"), ("tshirt", "tight tshirt|tee shirt"), ("shorts", "chino shorts"),
    ("shirt", "tight shirt|collared shirt|lumberjack shirt"),
    ("sweater", "sweater vest"), ("tracksuit", "track suit"), ("track pant", "sweat pant|jogging pant"),
    ("boxer", "boxer shorts"), ("nightdress", "night dress|night gown|night shirt"),
    ("heel", "high heel shoe|high heeled shoe|heeled shoe|high heeled"),
    ("jacket blue~|jacket", "denim jacket|jean jacket"), ("shirt blue~|shirt", "denim shirt|jean shirt"),
    ("skirt blue~|skirt", "denim skirt|jean skirt|denim mini skirt"),
    ("dress blue~|dress", "denim dress|jean dress|denim shirt dress|denim mini dress"),
    ("shorts blue~|shorts", "denim shorts|jean shorts"), ("top blue~|top", "denim top"),
    ("boot|shoe casual~|shoe", "boot|bootie|ankle boot"),
    ("checked|check", "plaid|tartan|gingham|checkered|chequered|houndstooth|argyle"),
    ("striped|stripe", "stripy|stripey|pinstripe|pinstriped|pin stripe"),
    ("printed|print", "floral|flowery|flowered|paisley|patterned|dotted|polka dot"),
    ("printed|print", "animal print|leopard print|tie dye|tie dyed"),
    ("solid|plain", "plain|unicolour"),
    ("washed|faded", "faded|distressed|stonewashed|stone washed"),
)  # fmt: skip
"""What is meant, the first of which the catalogue knows all words, the loudest first; and what people say. A
word with ! is heard so also where a catalogue knows it but has no such value: a suit is no night suit."""

STAND_BEFORE = frozenset({
    "dress", "high", "jean", "night", "pant", "print", "shirt", "shoe", "shorts", "suit", "sweater", "track",
    "trouser", "tshirt", "tunic", "vest",
})  # fmt: skip
"""Words that a catalogue may know and that mean nothing of their own there; others, such as denim, do."""


def by_idiom(values: Collection[Value], vocabulary: Collection[str]) -> Meanings:
    """Those whose meaning a catalogue can say, and which it does not say itself.

    Args:
        values: of all its attributes, as words: `dress shirt` may be one of them.
        vocabulary: its words. A single word that it knows means there what it means to it, save those with !.
    """
    known = set(vocabulary)
    found: Meanings = {}
    for meanings, said in _SAID:
        weights = (
            {word.rstrip("~"): PERHAPS if word.endswith("~") else 1.0 for word in meant.split()}
            for meant in meanings.split("|")
        )
        meant = next((each for each in weights if each.keys() <= known), None)
        if meant is None:
            continue
        for phrase in said.split("|"):
            if phrase.endswith("!"):
                found |= _in_spite(phrase[:-1], meant, values)
                continue
            parts = tuple(phrase.split())
            lost = known.intersection(parts) - meant.keys() - STAND_BEFORE
            if not lost and phrase not in known and parts not in values:
                found[phrase] = CERTAIN, meant
    return found


def _in_spite(word: str, meant: Meant, values: Collection[Value]) -> Meanings:
    """A word that a catalogue knows only from longer values' ends, or from texts: those values stay whole."""
    whole = [value for value in values if word in value]
    if any(value[-1] != word or not 1 < len(value) <= LONGEST_PHRASE for value in whole):
        return {}
    return {word: (CERTAIN, meant)} | {" ".join(value): as_a_whole(value) for value in whole}
