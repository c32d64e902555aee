"""Two or three written descriptions of a garment, as a shop would write them."""

from modiste.wardrobe.attributes import Dice, Garment
from modiste.wardrobe.patterns import GRAPHIC_ARTICLES

SINGULAR = {
    "Tshirts": "T-shirt", "Shirts": "shirt", "Tops": "top", "Sweaters": "sweater",
    "Sweatshirts": "sweatshirt",
    "Jackets": "jacket", "Blazers": "blazer", "Dresses": "dress", "Skirts": "skirt", "Jeans": "jeans",
    "Trousers": "trousers", "Track Pants": "track pants", "Shorts": "shorts",
    "Sports Shoes": "sports shoes",
    "Casual Shoes": "casual shoes", "Formal Shoes": "formal shoes", "Heels": "heels", "Handbags": "handbag",
    "Caps": "cap",
}  # fmt: skip
"""How one piece of an article is called."""

OTHER_NAMES = {
    "Tshirts": "tee", "Sweaters": "pullover", "Trousers": "pants", "Track Pants": "joggers",
    "Sports Shoes": "running shoes", "Casual Shoes": "sneakers", "Heels": "heeled shoes", "Handbags": "bag",
    "Caps": "baseball cap",
}  # fmt: skip
"""What else some people call it."""

PAIRS = (
    "Jeans",
    "Trousers",
    "Track Pants",
    "Shorts",
    "Sports Shoes",
    "Casual Shoes",
    "Formal Shoes",
    "Heels",
)
"""Articles whose name is a plural: no `a` before them."""

PATTERN_WORDS = {
    "Solid": ("solid", "plain"), "Striped": ("striped", "striped"), "Checked": ("checked", "checkered"),
    "Dotted": ("polka-dot", "dotted"), "Floral": ("floral", "floral-print"), "Printed": ("printed",
    "patterned"),
    "Colourblocked": ("colourblocked", "colour-block"),
}  # fmt: skip

PATTERN_PHRASES = {
    "Striped": "{} stripes", "Checked": "{} checks", "Dotted": "{} dots", "Floral": "{} flowers",
    "Printed": "a {} print", "Colourblocked": "a {} panel",
}  # fmt: skip
"""What is on the cloth, in the second colour."""

SLEEVES = {
    "Short": "short-sleeved", "Long": "long-sleeved", "Three-Quarter": "three-quarter-sleeved",
    "Sleeveless": "sleeveless",
}  # fmt: skip

NECKS = {
    "Hooded": "a hood",
    "Strappy": "thin straps",
    "Notched Lapel": "notched lapels",
    "V-Neck": "a V-neck",
}

CUTS = {"Tote": "roomy", "Satchel": "structured", "High": "high-heeled", "Mid": "mid-height"}


def descriptions(garment: Garment) -> tuple[str, ...]:
    """A product name, a sentence and, for two garments in three, a few words as people search."""
    dice = garment.dice("wardrobe words")
    written = _name(garment, dice), _sentence(garment, dice), _search(garment, dice)
    return written if dice.random() < 2 / 3 else written[:2]


def _name(garment: Garment, dice: Dice) -> str:
    """`Men navy blue striped casual shirt`."""
    pattern = _pattern(garment, dice) if garment.pattern != "Solid" or dice.random() < 0.4 else ""
    noun = _noun(garment, dice)
    style = "" if garment.style.lower() in noun else garment.style.lower()
    words = [garment.gender, garment.colour.lower(), pattern, style, noun]
    if dice.random() < 0.3:
        words = [garment.gender, style, garment.colour.lower(), pattern, noun]
    text = _join(*words)
    return " ".join(word[:1].upper() + word[1:] for word in text.split()) if dice.random() < 0.4 else text


def _sentence(garment: Garment, dice: Dice) -> str:
    """`A slim-fit long-sleeved shirt in navy blue with a button-down collar.`"""
    noun, cut, colour = _noun(garment, dice), _cut(garment), garment.colour.lower()
    neck = NECKS.get(garment.neckline, f"a {garment.neckline.lower()}" if garment.neckline else "")
    ends = [words for words in (neck, _on_the_cloth(garment)) if words]
    end = f"with {' and '.join(ends)}" if ends else ""
    who = {"Men": "for men", "Women": "for women", "Unisex": "for everyone"}[garment.gender]
    a = "" if garment.article in PAIRS else "a"
    thing = _join(cut, SLEEVES.get(garment.sleeve, ""), noun)
    kind = int(dice.integers(4))
    if kind == 0:
        text = _join(a, thing, "in", colour, end)
    elif kind == 1:
        text = _join(colour, thing, who, end)
    elif kind == 2:
        text = _join(a, thing, who, "in", colour, end)
    else:
        style = "" if garment.style.lower() in noun else garment.style.lower()
        text = _join(a, style, _pattern(garment, dice), noun, "in", colour, end)
    text = _indefinite(text)
    return f"{text[0].upper()}{text[1:]}."


def _search(garment: Garment, dice: Dice) -> str:
    """`women's red floral dress`."""
    noun, colour = _noun(garment, dice), garment.colour.lower()
    pattern = "" if garment.pattern == "Solid" else _pattern(garment, dice)
    owner = {"Men": "men's", "Women": "women's", "Unisex": "unisex"}[garment.gender]
    choices = (
        (colour, pattern, noun), (owner, colour, noun), (owner, colour, pattern, noun), (pattern, noun,
        "in", colour),
    )  # fmt: skip
    return _join(*choices[int(dice.integers(len(choices)))])


def _noun(garment: Garment, dice: Dice) -> str:
    usual = SINGULAR[garment.article]
    return OTHER_NAMES.get(garment.article, usual) if dice.random() < 0.25 else usual


def _pattern(garment: Garment, dice: Dice) -> str:
    return PATTERN_WORDS[garment.pattern][int(dice.integers(2))]


def _cut(garment: Garment) -> str:
    """The words for length and fit: `slim-fit`, `cropped wide-leg`, `mini A-line`, `high-top`."""
    if garment.article in ("Dresses", "Skirts"):
        return f"{garment.length.lower()} {garment.fit.lower().replace('a-line', 'A-line')}"
    if not garment.fit:
        return CUTS.get(garment.length, garment.length.lower())
    legs = garment.article in PAIRS
    length = garment.length.lower() if garment.length in ("Cropped", "Knee-Length") else ""
    return _join(
        length, garment.fit.lower() + ("-leg" if legs and garment.fit in ("Straight", "Wide") else "-fit")
    )


def _on_the_cloth(garment: Garment) -> str:
    phrase = PATTERN_PHRASES.get(garment.pattern, "").format(garment.second.lower())
    at_front = garment.pattern == "Printed" and garment.article in GRAPHIC_ARTICLES
    return _indefinite(f"{phrase} at the front" if at_front else phrase)


def _indefinite(phrase: str) -> str:
    """`an` for `a` where a phrase begins with it and a vowel follows."""
    return f"an {phrase[2:]}" if phrase[:2] == "a " and phrase[2:3].lower() in "aeio" else phrase


def _join(*words: str) -> str:
    return " ".join(word for word in words if word)
