"""What the officer says: how likely it takes each picture for a real photo of its description."""

from collections import Counter

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, avg_pool2d

from modiste.catalogue import Split
from modiste.catalogue.batches import faded, to_tensor
from modiste.game.state import TrainState
from modiste.record import Record
from modiste.text.read import Encoder
from modiste.text.write import attribute_description

SHOWN = 12


@torch.no_grad()
def verdicts(
    state: TrainState,
    image: Float[Tensor, "batch 3 height width"],
    text_embedding: Float[Tensor, "batch text_dim"],
) -> list[float]:
    """Probabilities in [0, 1] that the officer gives to pictures in [-1, 1], as it sees them in the game.

    What it sees there no more sharply than an enlarged photo, it sees here as it is.

    Looking changes nothing in it. What it says of one picture depends a little on the others beside it, as
    in the game: on batch norm's statistics, or on how much they differ.
    """
    pieces = zip(
        *(torch.split(part, at_once(image.shape[-1])) for part in (image, text_embedding)), strict=True
    )
    logits = torch.cat(
        [state.discriminator(state.rules.view(state, seen), text)[:, 0] for seen, text in pieces]
    )
    if state.zero is not None:
        logits = logits - state.zero
    return [round(value, 4) for value in torch.sigmoid(logits).tolist()]


def at_once(side: int) -> int:
    """How many pictures of a side are drawn or judged in one go: 64 of 256x256, 4 of 1024x1024."""
    return max(4, 2**22 // side**2)


class ShownPhotos:
    """The same photos of the training split with their own descriptions, for the officer to judge."""

    def __init__(self, split: Split, encoder: Encoder, batch_size: int) -> None:
        # Judged among as many as in a step; only the first are shown.
        positions = np.resize(varied(split.records, max(batch_size, SHOWN)), max(batch_size, SHOWN))
        self._images = split.images(positions)
        descriptions = [attribute_description(split.records[position]) for position in positions]
        self._text = torch.from_numpy(encoder.encode(descriptions))
        self.descriptions = descriptions[: min(SHOWN, len(split))]
        """Of those that are shown: `SHOWN`, or fewer where the split has fewer."""

    def verdicts(self, state: TrainState, side: int) -> list[float]:
        """What the officer says of those shown, made as small as the pictures [side, side] drawn by now."""
        image = to_tensor(self._images, state.device)
        if image.shape[-1] != side:
            image = adaptive_avg_pool2d(image, side)
        if state.stage.fade < 1:
            image = faded(image, avg_pool2d(image, 2), state.stage.fade)
        return verdicts(state, image, self._text.to(state.device))[: len(self.descriptions)]

    def strip(self) -> Image.Image:
        """Those that are shown from left to right, at their own size."""
        return Image.fromarray(np.concatenate(self._images[: len(self.descriptions)], axis=1))


def varied(records: tuple[Record, ...], count: int) -> list[int]:
    """Positions of up to `count` records: of as many articles and colours as there are, frequent ones first.

    The first of them are the same whatever the count.
    """
    places: dict[tuple[str, str], list[int]] = {}
    for position, record in enumerate(records):
        places.setdefault((record.colour or "", record.article or ""), []).append(position)
    order = sorted(places, key=lambda pair: (-len(places[pair]), pair))
    chosen: list[int] = []
    colours, articles = Counter[str](), Counter[str]()
    while order and len(chosen) < count:
        pair = min(order, key=lambda pair: colours[pair[0]] + articles[pair[1]])
        chosen.append(places[pair].pop(0))
        colours[pair[0]] += 1
        articles[pair[1]] += 1
        if not places[pair]:
            order.remove(pair)
    return chosen
