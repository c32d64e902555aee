"""Which file draws which article."""

from collections.abc import Callable

from modiste.wardrobe.attributes import Dice, Garment
from modiste.wardrobe.bags import cap, handbag
from modiste.wardrobe.bottoms import shorts, track_pants, trousers
from modiste.wardrobe.dresses import dress, skirt
from modiste.wardrobe.heels import heel
from modiste.wardrobe.knits import sweater, sweatshirt
from modiste.wardrobe.outerwear import blazer, jacket
from modiste.wardrobe.outline import Shape
from modiste.wardrobe.shoes import casual_shoe, formal_shoe, sports_shoe
from modiste.wardrobe.tops import shirt, top, tshirt

SHAPES: dict[str, Callable[[Garment, Dice], Shape]] = {
    "Tshirts": tshirt,
    "Shirts": shirt,
    "Tops": top,
    "Sweaters": sweater,
    "Sweatshirts": sweatshirt,
    "Jackets": jacket,
    "Blazers": blazer,
    "Dresses": dress,
    "Skirts": skirt,
    "Jeans": trousers,
    "Trousers": trousers,
    "Track Pants": track_pants,
    "Shorts": shorts,
    "Sports Shoes": sports_shoe,
    "Casual Shoes": casual_shoe,
    "Formal Shoes": formal_shoe,
    "Heels": heel,
    "Handbags": handbag,
    "Caps": cap,
}


def shape(garment: Garment) -> Shape:
    """The parts of a garment, in the order they lie on each other."""
    return SHAPES[garment.article](garment, garment.dice("wardrobe shape"))
