"""What people say for what catalogues write: suggestions where a model does not know a word."""

from modiste.text.words import words

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
    ("tshirt", "tee tees jersey"), ("shirt", "blouse button buttondown"),
    ("top", "blouse camisole bodice bodysuit corset kimono halter"),
    ("sweater", "jumper pullover cardigan knitwear knit"),
    ("sweatshirt", "hoodie hoody hood hooded jumper fleece"),
    ("jacket", "coat trenchcoat parka anorak blazer windbreaker bomber blouson tuxedo poncho"),
    ("blazer", "jacket suit"),
    ("dress", "gown frock sundress jumpsuit romper playsuit nightgown"), ("skirt", "miniskirt kilt"),
    ("jeans", "denims denim overalls dungarees"), ("trousers", "pants slacks chinos trouser cargo culottes"),
    ("track pants", "joggers sweatpants joggings"), ("shorts", "bermudas short"),
    ("sports shoes", "trainers sneakers runners"), ("casual shoes", "sneakers loafers trainers moccasins"),
    ("formal shoes", "oxfords brogues derbies"), ("heels", "pumps stilettos stiletto"),
    ("flats", "ballerinas ballerina"), ("flip flops", "slippers slides"),
    ("handbag", "bag purse tote clutch satchel"), ("cap", "hat beanie"),
    ("men", "man male gentleman gents guy"), ("women", "woman female lady ladies"),
    ("boys", "boy kid"), ("girls", "girl kid"),
    ("casual", "everyday relaxed informal weekend streetwear oversized loungewear"),
    ("formal", "elegant office smart business evening party"),
    ("sports", "sporty athletic gym running fitness"), ("ethnic", "traditional indian boho bohemian folk"),
    ("striped", "stripes stripy pinstripe"),
    ("checked", "plaid tartan gingham checkered checks houndstooth argyle"),
    ("printed", "print patterned floral paisley polka dots dotted leopard camouflage embroidered"),
    ("solid", "plain unicolour"), ("washed", "faded distressed stonewashed"), ("slim", "skinny tight fitted"),
    ("lace", "frills frilly ruffle ruffles ruffled tulle chiffon crochet sequin"), ("leather", "suede"),
    ("cotton", "linen poplin"), ("stretch", "elastic spandex"), ("vest", "sleeveless"),
)  # fmt: skip


def _by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for known, others in _SAME:
        for other in words(others):
            found.setdefault(other, []).append(known)
    return {word: tuple(known) for word, known in found.items()}


SYNONYMS = _by_word()
"""A word as the encoder hears it -> what catalogues write for it."""

CLOTH = frozenset(
    words(
        "checked classic coloured cotton crew dark denim embroidered graphic indigo jersey lace leather "
        "light linen neck plain polo printed short silk slim solid stretch striped velvet washed wool"
    )
)
"""Words of free texts that a misspelt word may be meant for; most others in catalogues are brands."""
