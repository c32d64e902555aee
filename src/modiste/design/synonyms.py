"""What people say for what catalogues write: suggestions where a model does not know a word."""

from modiste.text.read import words

_SAME = (
    ("red", "crimson scarlet ruby cherry vermilion carmine tomato"),
    ("maroon", "burgundy wine bordeaux claret oxblood"),
    ("burgundy", "maroon wine bordeaux"),
    ("pink", "rose fuchsia blush salmon coral magenta"),
    ("orange", "coral tangerine apricot amber"),
    ("peach", "apricot salmon coral"),
    ("yellow", "lemon canary mustard ochre amber"),
    ("green", "emerald lime mint sage forest jade khaki olive"),
    ("olive", "khaki sage moss army"),
    ("teal", "turquoise aqua petrol cyan"),
    ("turquoise blue", "aqua cyan teal turquoise"),
    ("blue", "azure cobalt sky indigo denim royal aqua cyan"),
    ("navy blue", "navy midnight indigo marine"),
    ("purple", "violet lilac mauve plum aubergine lavender"),
    ("lavender", "lilac mauve violet"),
    ("brown", "chocolate chestnut mocha coffee cognac tan"),
    ("tan", "camel cognac sand"),
    ("beige", "sand camel nude ecru taupe stone khaki"),
    ("cream", "ivory ecru vanilla off"),
    ("white", "ivory snow cream ecru"),
    ("grey", "gray silver slate ash anthracite charcoal"),
    ("black", "ebony jet onyx noir anthracite"),
    ("gold", "golden"), ("silver", "silvery metallic"), ("multi", "multicolour multicolor colourful rainbow"),
    ("tshirt", "tee tees jersey"), ("shirt", "blouse button buttondown"), ("top", "blouse camisole bodice"),
    ("sweater", "jumper pullover cardigan knitwear knit"), ("sweatshirt", "hoodie hoody jumper fleece"),
    ("jacket", "coat parka anorak blazer windbreaker bomber"), ("blazer", "jacket suit"),
    ("dress", "gown frock sundress"), ("skirt", "miniskirt kilt"),
    ("jeans", "denims denim"), ("trousers", "pants slacks chinos trouser"),
    ("track pants", "joggers sweatpants joggings"), ("shorts", "bermudas short"),
    ("sports shoes", "trainers sneakers runners"), ("casual shoes", "sneakers loafers trainers moccasins"),
    ("formal shoes", "oxfords brogues derbies"), ("heels", "pumps stilettos stiletto"),
    ("flats", "ballerinas ballerina"), ("flip flops", "thongs slippers slides"),
    ("handbag", "bag purse tote clutch satchel"), ("cap", "hat beanie"),
    ("men", "man male gentleman gents guy"), ("women", "woman female lady ladies"),
    ("boys", "boy kid"), ("girls", "girl kid"),
    ("casual", "everyday relaxed informal weekend"), ("formal", "elegant office smart business evening"),
    ("sports", "sporty athletic gym running fitness"), ("ethnic", "traditional indian"),
    ("striped", "stripes stripy pinstripe"), ("checked", "plaid tartan gingham checkered checks"),
    ("printed", "print patterned floral"), ("solid", "plain unicolour"),
)  # fmt: skip


def _by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for known, others in _SAME:
        for other in words(others):
            found.setdefault(other, []).append(known)
    return {word: tuple(known) for word, known in found.items()}


SYNONYMS = _by_word()
"""A word as the encoder hears it -> what catalogues write for it."""
