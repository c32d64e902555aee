"""A family that obeys words: text conditions one player's every layer, the other must find it among others.

Generator: conditional batch norm (arXiv:1802.05637, section 4.2), and a picture that is the sum of what
each side adds to it (arXiv:1912.04958, figure 7b). Discriminator: it says whether a picture is real, and how
well it matches each description of the batch; photos must match their own best among all of them, and so
must drawn pictures (XMC-GAN, arXiv:2101.04702, section 3.2). A photo and the picture drawn of its text are
compared in pairs, with R1 and R2 (R3GAN, arXiv:2501.05441). Heads that see shades of grey through a
pretrained network compare them likewise (`projected.py`).

So that noise means something, half of the pictures are drawn from noise that is guessed from the photo, and
must resemble that photo (CVAE-GAN, arXiv:1703.10155), also to the pretrained network: what words leave open,
the noise must say. So that it says nothing else, others are drawn from that noise and other words. And so
that a new colour is a new colour and no other garment, some are drawn once more, of the same noise, in the
colour of another product: in shades of grey they must resemble what they were, and match their new words more
than the old. The networks are in `contrastive_players.py`; here are the settings and the rules of the game.
"""

from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, l1_loss, softplus

from modiste.config import check_positive, check_share, check_size
from modiste.errors import BadInput
from modiste.models.contrastive_players import Discriminator, Generator, silence
from modiste.models.family import FEW, Family, Rules, Stage
from modiste.models.losses import (
    contrastive_discriminator,
    contrastive_generator,
    in_full,
    zero_centred_penalty,
)
from modiste.models.projected import unlikeness
from modiste.models.sharpness import OCTAVES, as_sharp_as, lacking_octaves
from modiste.models.views import check_blur, steady, view_of

RESEMBLES = 16
"""Side at which the picture that is drawn from guessed noise must resemble the photo."""
PRETRAINED: dict[str, Any] = {"projected": 0.3, "perceived": 2.0, "lent": 0.5, "recoloured": 2.0}
"""What the presets make of a pretrained network (docs/experiments.md)."""
RECOLOURED = 1 / 4
"""So many of a batch's pictures, the last, are drawn in another colour, too, where that has a weight."""
RATES = ("learning_rate", "discriminator_learning_rate")


@dataclass(frozen=True)
class ContrastiveConfig:
    """Sizes and settings of both players."""

    size: int = 128
    """Side of the pictures: a power of two from 32 to 256."""
    text_dim: int = 256
    """Values of the text vector."""
    noise_dim: int = 100
    """Values of the noise."""
    width: float = 1.0
    """What the channels of the generator's larger maps are multiplied by."""
    discriminator_width: float = 1.0
    """The same of the discriminator's."""
    text_scale: float = 16.0
    """What the unit-length text vector is multiplied by before its first layer, in both players."""
    condition_dim: int = 128
    """Values in which the text conditions the generator; their length is that of the noise."""
    match_dim: int = 128
    """Values in which pictures and descriptions are compared."""
    sharpness: float = 10.0
    """What the cosine between picture and description is multiplied by: the inverse of a temperature."""
    batch_size: int = 32
    """Images in one step, and descriptions among which the own one must be found."""
    learning_rate: float = 4e-4
    """Adam's step size for the generator."""
    discriminator_learning_rate: float = 4e-4
    """The same for the discriminator."""
    beta1: float = 0.0
    """Adam's first decay."""
    beta2: float = 0.99
    """Adam's second decay."""
    gradient_penalty: float = 0.2
    """Weight of R1 and of R2."""
    penalty_every: int = 8
    """Steps between two of them; each counts for all."""
    match: float = 1.0
    """Weight of matching photos with their descriptions, for the discriminator."""
    match_drawn: float = 0.5
    """The same of drawn pictures, for the generator."""
    projected: float = 0.0
    """Weight of the verdicts of heads that see through a pretrained network, in the mean; 0: no heads."""
    resemblance: float = 5.0
    """Weight of how far pictures are from the photos that their noise was guessed from."""
    perceived: float = 0.0
    """The same in what the pretrained network sees; 0 where there are no heads on it."""
    lent: float = 0.0
    """Of the pictures whose noise is not guessed from their photos: the share that borrows another's."""
    recoloured: float = 0.0
    """Weight of how far pictures are from themselves in another colour to the pretrained network."""
    divergence: float = 0.0035
    """Weight of how far guessed noise is from normal noise: what is asked for has none but that."""
    blur: float = 1 / 16
    """How short-sighted the discriminator is at first, as a share of the side."""
    blur_images: int = 15_000
    """Images after which it sees sharply."""
    flip: bool = True
    """Whether half of the real photos are mirrored."""
    as_sharp: bool = False
    """Whether what is drawn for an enlarged photo is seen no more sharply than it; a run finds out which."""
    still: int = 0
    """The generator's layers of so many of the finest octaves are not trained: hardly a photo has these."""
    augment: float = 0.0
    """How often pictures are moved, and hidden in part, before the discriminator sees them: 0 to 1."""

    def __post_init__(self) -> None:
        check_size(self.size, 32, 256)
        dims = ("text_dim", "noise_dim", "condition_dim", "match_dim")
        for name in (
            *dims,
            *RATES,
            "text_scale",
            "batch_size",
            "penalty_every",
            "width",
            "discriminator_width",
        ):
            check_positive(name, getattr(self, name))
        for name in ("projected", "perceived", "recoloured"):
            if not getattr(self, name) >= 0:
                raise BadInput(f"{name} must not be negative, got {getattr(self, name)}")
        if self.perceived and not self.projected:
            raise BadInput("perceived needs the heads on a pretrained network; give projected a weight, too")
        if self.recoloured and not self.perceived:
            raise BadInput("recoloured needs what the pretrained network sees; give perceived a weight, too")
        check_blur(self.blur, self.blur_images)
        for name in ("augment", "lent"):
            check_share(name, getattr(self, name))
        if not 0 <= self.still <= OCTAVES:
            raise BadInput(f"still must be 0 to {OCTAVES}, got {self.still}")
        if self.batch_size < 2:
            raise BadInput(f"batch_size must be at least 2 to have other descriptions, got {self.batch_size}")


class _Aside(NamedTuple):
    """What a round lays aside when its pictures are drawn."""

    mean: Tensor
    log_variance: Tensor
    """Of the noise that was guessed from photos."""
    recoloured: Tensor
    """The last pictures in another colour."""
    lacking: Tensor | None
    """Octaves that each photo lacks."""


def _miscoloured(officer: Discriminator, image: Tensor, batch: Any) -> Tensor:
    """How much better the last pictures, in another colour, match the words with the old than their own."""
    count = len(image)
    texts = torch.cat([batch.recoloured_embedding[-count:], batch.text_embedding[-count:]])
    new, old = in_full(officer.unaided(image, texts)[:, 1:]).chunk(2, dim=1)
    return softplus(old.diagonal() - new.diagonal()).mean()


def _rules(config: ContrastiveConfig) -> Rules:
    sight = view_of(config)

    def view(state: Any, image: Tensor) -> Tensor:
        lacking = state.aside.lacking if state.aside is not None else None
        return sight(state, image if lacking is None else as_sharp_as(image, lacking[: len(image)]))

    def penalty(state: Any, batch: Any, fake: Tensor) -> Tensor:
        if state.step % config.penalty_every:
            return fake.new_zeros(())
        weight = config.gradient_penalty * config.penalty_every / 2
        text, officer = batch.text_embedding, state.discriminator.unaided
        on_photos = zero_centred_penalty(state, officer, batch.image, text, weight)
        return on_photos + zero_centred_penalty(state, officer, fake, text, weight)

    def draw(state: Any, batch: Any) -> Tensor:
        count, half = len(batch.noise), len(batch.noise) // 2
        mean, log_variance = state.generator.guess(batch.image[:half], batch.text_embedding[:half])
        guessed: Tensor = mean + (log_variance / 2).exp() * batch.noise[:half]
        lent = int(config.lent * half)
        noise = torch.cat([guessed, guessed[:lent].detach(), batch.noise[half + lent :]])
        again = slice(count - ceil(RECOLOURED * count) if config.recoloured else count, None)
        text = torch.cat([batch.text_embedding, batch.recoloured_embedding[again]])
        drawn: Tensor = state.generator(torch.cat([noise, noise[again]]), text)
        lacking = lacking_octaves(batch.image) if config.as_sharp else None
        state.aside = _Aside(mean, log_variance, in_full(drawn[count:]), lacking)
        return drawn[:count]

    def unlike(state: Any, batch: Any, fake: Tensor) -> Tensor:
        half = len(fake) // 2
        seen, drawn = (adaptive_avg_pool2d(image[:half], RESEMBLES) for image in (batch.image, fake))
        mean, log_variance, recoloured, _ = state.aside
        divergence = (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=1).mean() / 2
        cost: Tensor = config.resemblance * l1_loss(drawn, seen) + config.divergence * divergence
        if config.projected:
            eyes = state.discriminator.projected  # whose last verdicts were on what was drawn
            maps, eyes.seen = eyes.seen, ()
        if config.perceived:
            with torch.no_grad():
                photos = eyes.look(state.rules.view(state, batch.image[:half]))
            cost = cost + config.perceived * unlikeness([each[:half] for each in maps], photos)
            if config.recoloured:
                again = len(recoloured)
                whole = torch.cat([fake[:-again].detach(), recoloured])  # each is seen as what it was is
                view = state.rules.view(state, whole)[-again:]
                same = [each[-again:].detach() for each in maps]
                cost = cost + config.recoloured * unlikeness(eyes.look(view), same)
                cost = cost + config.match_drawn * _miscoloured(state.discriminator, view, batch)
        return cost

    return Rules(
        partial(contrastive_discriminator, weight=config.match, projected=config.projected),
        partial(contrastive_generator, weight=config.match_drawn, projected=config.projected),
        penalty,
        generator_penalty=unlike,
        draw=draw,
        recolours=config.recoloured > 0,
        view=view,
        repeats=lambda state: state.step % config.penalty_every == 0 if steady(config, state) else None,
    )


def _wide(*, size: int, text_dim: int) -> ContrastiveConfig:
    """For a GPU, or for days: what a laptop draws in milliseconds, though it would learn it slowly."""
    return ContrastiveConfig(
        size=size,
        text_dim=text_dim,
        width=1.5,
        discriminator_width=1.5,
        batch_size=64,
        gradient_penalty=size / 64,
        augment=0.4,
        **PRETRAINED,
    )


FAMILY = Family(
    config=ContrastiveConfig,
    presets={
        "laptop": partial(ContrastiveConfig, **PRETRAINED),
        FEW: partial(ContrastiveConfig, blur=0.0, augment=1.0, **PRETRAINED),
        "wide": _wide,
    },
    build=lambda config: (Generator(config), Discriminator(config)),
    rules=_rules,
    stage=lambda config, _images_seen: Stage(config.size, config.batch_size),
    shape=("noise_dim", "width", "discriminator_width", "condition_dim", "match_dim"),
    silence=silence,
    aside=("projected.",),
)
