"""A family that grows: pictures of 4x4 first, then of twice the side, to 1024x1024, from words.

After Karras et al. 2018, Progressive Growing of GANs (arXiv:1710.10196). The networks are in
`progan_players.py`; here are the settings, the rules of the game and the schedule, which is a pure function
of the images seen: a run that goes on in the middle of a fade is the run that never stopped.

What the paper has not: text. It joins the noise in the generator, and the discriminator must also find a
photo's description among all of the batch, and the generator's pictures must be found so too (XMC-GAN,
arXiv:2101.04702, section 3.2): every other description of the batch is a wrong one.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from modiste.config import check_positive, check_size
from modiste.errors import BadInput
from modiste.models.family import LAST_SHARE, Family, Growth, Rules, Stage, sides
from modiste.models.losses import (
    half_way,
    matched_cross_entropy,
    matched_non_saturating,
    one_centred_penalty,
    wasserstein_discriminator,
    wasserstein_generator,
    zero_centred_penalty,
)
from modiste.models.progan_players import Discriminator, Generator, grow, used

WGAN_GP, NON_SATURATING = LOSSES = ("wgan_gp", "non_saturating")
FULL_BATCH_SIDE, SMALLEST_BATCH = 128, 4
"""Above this side each doubling halves the batch, which never has fewer images than that."""
FADE_SHARE = 0.5
"""How much of a side's images it takes until what it added has come in (the paper's 800k of 1,600k)."""


@dataclass(frozen=True)
class ProganConfig:
    """Sizes and settings of both players, and the schedule."""

    size: int = 128
    """Side of the pictures at the end: a power of two from 4 to 1024."""
    text_dim: int = 256
    """Values of the text vector."""
    noise_dim: int = 512
    """Values of the noise (table 2)."""
    width: float = 1.0
    """Feature maps: 1 is the paper's 512 ... 16; the dial for small machines."""
    conditional: bool = True
    """Whether both players hear the text; without it they are the paper's, tensor by tensor."""
    condition_dim: int = 128
    """Values that join the noise."""
    match_dim: int = 128
    """Values in which pictures and descriptions are compared."""
    sharpness: float = 10.0
    """What the cosine between picture and description is multiplied by."""
    match: float = 1.0
    """Weight of matching photos with their descriptions, for the discriminator."""
    match_drawn: float = 0.5
    """The same of drawn pictures, for the generator."""
    loss: str = WGAN_GP
    """`wgan_gp` (appendix A.1), or `non_saturating`: cross-entropy with R1 on photos."""
    gradient_penalty: float = 10.0
    """Weight of the penalty on the discriminator's slope: lambda of WGAN-GP, half of R1's gamma."""
    penalty_every: int = 1
    """Steps between two of them; each counts for all."""
    drift: float = 0.001
    """Weight of what keeps WGAN's verdicts near zero (appendix A.1)."""
    batch_size: int = 16
    """Images in one step, up to 128x128; halved with each doubling after it (appendix A.1 does alike)."""
    learning_rate: float = 1e-3
    """Adam's step size for both players (appendix A.1)."""
    beta1: float = 0.0
    """Adam's first decay."""
    beta2: float = 0.99
    """Adam's second decay."""
    flip: bool = True
    """Whether half of the real photos are mirrored."""
    fade_images: tuple[int, ...] = ()
    """Images over which each side from 4x4 on comes in; none at all: no growth, but the full size at once."""
    hold_images: tuple[int, ...] = ()
    """Images that each side then goes on for; the last one as long as the run."""
    micro_batches: tuple[int, ...] = ()
    """Images of a step that are in memory at once at each side; none: the whole step."""

    def __post_init__(self) -> None:
        check_size(self.size)
        for name in ("fade_images", "hold_images", "micro_batches"):  # lists where they come from JSON
            object.__setattr__(self, name, tuple(getattr(self, name)))
            if getattr(self, name) and len(getattr(self, name)) != len(sides(self.size)):
                raise BadInput(
                    f"{name} must say a number for each of the {len(sides(self.size))} sides from 4 to "
                    f"{self.size}, got {len(getattr(self, name))}"
                )
        if (
            len(self.fade_images) != len(self.hold_images)
            or min(self.fade_images + self.hold_images, default=0) < 0
        ):
            raise BadInput("fade_images and hold_images must be of the same length and not negative")
        dims = ("text_dim", "noise_dim", "width", "condition_dim", "match_dim")
        for name in (*dims, "batch_size", "penalty_every", "learning_rate"):
            check_positive(name, getattr(self, name))
        if self.loss not in LOSSES:
            raise BadInput(f"unknown loss {self.loss!r} of progan; use one of: {', '.join(LOSSES)}")

    @property
    def discriminator_learning_rate(self) -> float:
        """The generator's: equalised layers need no other."""
        return self.learning_rate


def stage(config: ProganConfig, images_seen: int) -> Stage:
    """What is drawn and learnt after so many images: each side comes in, then goes on (section 3)."""
    began, plan = 0, list(zip(sides(config.size), config.fade_images, config.hold_images, strict=False))
    for side, fading, holding in plan:
        if images_seen < began + fading + holding or side == config.size:
            fade = min(1.0, (images_seen - began) / fading) if fading else 1.0
            return replace(stage_at(config, side), fade=fade, began=began)
        began += fading + holding
    return stage_at(config, config.size)


def stage_at(config: ProganConfig, side: int) -> Stage:
    """A side when it has come in: the larger, the smaller the batch."""
    fewer = max(1, side // FULL_BATCH_SIDE)
    batch_size = max(min(SMALLEST_BATCH, config.batch_size), config.batch_size // fewer)
    at_once = config.micro_batches[len(sides(side)) - 1] if config.micro_batches else batch_size
    return Stage(
        side,
        batch_size,
        learning_rate=config.learning_rate,
        micro_batch=at_once if at_once < batch_size else None,
    )


def planned(config: ProganConfig, size: int, images: list[int]) -> ProganConfig:
    """The config at `size`: sides with a plan keep it, and the others get so many images each.

    What is in memory at once is to be said anew.

    The first side of all that gets any has nothing that it could fade in over.
    """
    fades, holds = list(config.fade_images), list(config.hold_images)
    for number, count in enumerate(images, start=1):
        share = FADE_SHARE / LAST_SHARE if number == len(images) else FADE_SHARE
        fades.append(int(share * count) if sum(fades + holds) else 0)
        holds.append(count - fades[-1])
    return replace(config, size=size, fade_images=tuple(fades), hold_images=tuple(holds), micro_batches=())


def lasted(config: ProganConfig, images_seen: int) -> ProganConfig:
    """The config whose plan for its last side is what it came to, if the run went on after it."""
    *before, last = config.hold_images
    more = max(0, images_seen - sum(config.fade_images + config.hold_images))
    return replace(config, hold_images=(*before, last + more))


def _rules(config: ProganConfig) -> Rules:
    def between(state: Any, batch: Any, fake: Tensor) -> Tensor:
        # Uniform, and a function of the sample alone: the noise's mean, which is normal, through its own law.
        where = torch.special.ndtr(batch.noise.mean(dim=1, keepdim=True) * config.noise_dim**0.5)
        mixed = torch.lerp(batch.image, fake.detach(), where[:, :, None, None])
        return one_centred_penalty(state, mixed, batch.text_embedding, weight)

    def penalty(state: Any, batch: Any, fake: Tensor) -> Tensor:
        if state.step % config.penalty_every:
            return fake.new_zeros(())
        if config.loss == WGAN_GP:
            return between(state, batch, fake)
        return zero_centred_penalty(state, state.discriminator, batch.image, batch.text_embedding, weight)

    def repeats(state: Any) -> Hashable:
        now = state.stage
        return now.size, now.fade < 1, state.step % config.penalty_every == 0

    weight = config.gradient_penalty * config.penalty_every
    if config.loss == WGAN_GP:
        generator_loss = partial(wasserstein_generator, weight=config.match_drawn)
        return Rules(
            partial(wasserstein_discriminator, drift=config.drift, weight=config.match),
            lambda _real_logits, fake_logits: generator_loss(fake_logits),
            penalty,
            repeats=repeats,
            zero=half_way,
        )
    return Rules(
        partial(matched_cross_entropy, weight=config.match),
        lambda _real_logits, fake_logits: matched_non_saturating(fake_logits, weight=config.match_drawn),
        penalty,
        repeats=repeats,
    )


FAMILY = Family(
    config=ProganConfig,
    presets={
        "laptop": partial(ProganConfig, width=1 / 8, noise_dim=100, batch_size=32),
        "r1": partial(
            ProganConfig,
            width=1 / 8,
            noise_dim=100,
            batch_size=32,
            loss=NON_SATURATING,
            gradient_penalty=0.1,
            penalty_every=8,
        ),
        "gpu": partial(ProganConfig, width=1 / 2, noise_dim=256, batch_size=32),
        "paper": ProganConfig,
    },
    build=lambda config: (Generator(config), Discriminator(config)),
    rules=_rules,
    stage=stage,
    shape=("noise_dim", "width", "conditional", "condition_dim", "match_dim"),
    growth=Growth(
        grow,
        used,
        stages=lambda config: [stage_at(config, side) for side in sides(config.size)],
        plan=lambda config: list(zip(config.fade_images, config.hold_images, strict=True)),
        planned=planned,
        lasted=lasted,
        in_parts=lambda config, micro_batches: replace(config, micro_batches=tuple(micro_batches)),
    ),
)
