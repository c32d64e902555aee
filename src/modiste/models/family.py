"""What a family of networks brings to the game."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from jaxtyping import Float
from torch import Tensor, nn

Logits = Float[Tensor, "batch heads"]
"""The first head is the verdict: above zero, a real photo of this text. Others are a family's own."""


FEW = "few"
"""The preset, of a family that has one, for a model that goes on learning from a few hundred photos."""

LAST_SHARE = 2
"""How many times as many images the last size of a growing run gets as each before it."""


def sides(size: int) -> list[int]:
    """4, 8, ... to `size`."""
    return [2**power for power in range(2, size.bit_length())]


@dataclass(frozen=True)
class Stage:
    """What holds at one point of a run: a pure function of the images seen so far."""

    size: int
    """Side of the pictures in pixels."""
    batch_size: int
    """Images in one step."""
    fade: float = 1.0
    """How far what this size added has come in: 0 to 1."""
    learning_rate: float | None = None
    """Adam's step size for both players; None: what each began with."""
    began: int = 0
    """Images seen when this size began."""
    micro_batch: int | None = None
    """Images that are in memory at once; None: all of the step."""


@dataclass(frozen=True)
class Rules:
    """What differs between families in the two steps of the game."""

    discriminator_loss: Callable[[Logits, Logits], Tensor]
    """(real_logits, fake_logits) -> scalar."""
    generator_loss: Callable[[Logits, Logits], Tensor]
    """(real_logits, fake_logits) -> scalar."""
    penalty: Callable[..., Tensor]
    """(state, batch, fake) -> scalar for the discriminator; zero if there is none, or none at this step."""
    generator_penalty: Callable[..., Tensor] = lambda _state, _batch, fake: fake.new_zeros(())
    """The same for the generator."""
    draw: Callable[..., Tensor] = lambda state, batch: state.generator(batch.noise, batch.text_embedding)
    """(state, batch) -> the pictures of the batch's descriptions."""
    recolours: bool = False
    """Whether `draw` asks for the batch's descriptions in another colour, too."""
    view: Callable[..., Tensor] = lambda _state, image: image
    """(state, image) -> what the officer sees of photos and of drawn pictures alike: itself, or blurred."""
    repeats: Callable[..., Hashable | None] = lambda _state: None
    """(state) -> the kind of round: those of one kind differ in tensors alone; None if like no other."""
    zero: Callable[[Logits, Logits], Tensor] = lambda real_logits, _fake_logits: real_logits.new_zeros(())
    """(real_logits, fake_logits) -> the verdict that is neither: zero, unless the losses know none."""


@dataclass(frozen=True)
class Growth:
    """How a family grows within a run, from small pictures to those of its config's size."""

    grow: Callable[[nn.Module, Stage], None]
    """(player, stage): which part of it `forward` is from now on."""
    used: Callable[[nn.Module, Stage], list[str]]
    """(player, stage) -> names of the tensors that this part has."""
    stages: Callable[[Any], list[Stage]]
    """config -> each size that it grows through, when it has come in."""
    plan: Callable[[Any], list[tuple[int, int]]]
    """config -> images over which each of them comes in, and images after that; none: no growth planned."""
    planned: Callable[[Any, int, list[int]], Any]
    """(config, size, images) -> config of that size: sizes with a plan keep it, others get so many images."""
    lasted: Callable[[Any, int], Any]
    """(config, images_seen) -> config whose last size's plan went on until then, if it ended before."""
    in_parts: Callable[[Any, list[int]], Any]
    """(config, images of a step that are in memory at once at each size) -> config."""


@dataclass(frozen=True)
class Family:
    """One entry of `FAMILIES`: everything the loop needs to know, as plain functions."""

    config: type[Any]
    """Frozen dataclass with at least `size`, `text_dim`, `noise_dim` and the Adam settings."""
    presets: dict[str, Callable[..., Any]]
    """Name -> function(size, text_dim) that returns a config; the first is the default."""
    build: Callable[[Any], tuple[nn.Module, nn.Module]]
    """config -> (generator, discriminator), freshly initialised from torch's global generator."""
    rules: Callable[[Any], Rules]
    """config -> rules of the game."""
    stage: Callable[[Any, int], Stage]
    """(config, images_seen) -> stage."""
    shape: tuple[str, ...] = ()
    """Fields of the config that, beside `size` and `text_dim`, decide what tensors there are."""
    silence: Callable[[nn.Module, int], None] | None = None
    """(generator or discriminator, size): what is beyond a smaller size adds nothing until it has learnt;
    None where players of one size cannot begin as those of another."""
    aside: tuple[str, ...] = ()
    """How names of tensors begin that a run which begins with a model may have anew, or leave behind."""
    growth: Growth | None = None
    """None where a run is of one size from its first image to its last."""
