"""Images per second of a growing family, beside a plain implementation and beside the floor, in one run.

    python benchmarks/progan_step.py --sizes 4 8 16 32 64 128 --preset laptop

Three figures a size, on the same networks, weights, batch and threads, each size when it has come in:

- plain: as progressive GANs are usually written. Up-sampling, then a convolution; a convolution, then the
  mean of four pixels; PyTorch's own gradients throughout; default memory layout and allocator; Adam without
  fusing; pictures drawn anew for the generator's step, in which the discriminator's gradients are computed
  again and thrown away;
- modiste: `game.loop.play`, the average included, in each precision that is quick here;
- floor: the multiply-adds of a whole step, as few as these networks need, over this machine's measured rate
  of 3x3 convolutions in that precision.

Both begin with the same weights; the losses of a first step in double precision must agree to 1e-5. Each is
measured twice, in turns, in a process of its own; the second time counts. Exit code 1 if at 64x64 or 128x128
modiste is neither 1.5 times as quick as the plain implementation nor at 80% of the floor.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d, interpolate, leaky_relu, linear, normalize

from modiste.catalogue.batches import Batch
from modiste.game.loop import play
from modiste.game.precision import FLOAT32, PRECISIONS, quick_precisions
from modiste.game.state import new_state
from modiste.machine import machine
from modiste.memory import keep_large_blocks
from modiste.models import family
from modiste.models.equalised import Down, Equalised, Start, Up
from modiste.models.losses import wasserstein_discriminator, wasserstein_generator
from modiste.models.progan import ProganConfig
from train_step import LEARNING_RATE, batch_for, convolution_rate, measure

QUICKER, SHARE, HELD = 1.5, 0.8, (64, 128)
"""The bar, and the sizes at which it is held."""
PLAIN = "plain"
CHECKED, AGREE = 4, 1e-5
"""Images of the first step in double precision, and how far its losses may differ."""


def scaled(layer: Equalised) -> Tensor:
    """A weight as it is used."""
    return layer.weight * layer.scale


def plain_conv(layer: Equalised, features: Tensor) -> Tensor:
    """A convolution that keeps the side; going up, its weight is kept mirrored and turned."""
    weight = scaled(layer)
    if isinstance(layer, Up):
        weight = weight.flip(2, 3).transpose(0, 1)
    return conv2d(features, weight, layer.bias, padding=weight.shape[-1] // 2)


def plain_words(layers: Any, text: Tensor) -> Tensor:
    """Two layers on the text."""
    first, _, second = layers
    hidden = leaky_relu(linear(text * text.shape[1] ** 0.5, scaled(first), first.bias), 0.2)
    return linear(hidden, scaled(second), second.bias)


def pixel_norm(features: Tensor) -> Tensor:
    """Each pixel's features at a mean square of 1."""
    return features / (features.square().mean(dim=1, keepdim=True) + 1e-8).sqrt()


def plain_generator(player: Any, noise: Tensor, text: Tensor) -> Tensor:
    """Every pixel as four, then a 3x3 convolution, and another."""
    code = torch.cat([pixel_norm(noise), pixel_norm(plain_words(player.text, text))], dim=1)
    start = player.start
    features = linear(code, scaled(start).flatten(1).T).view(len(code), -1, 4, 4) + start.bias[:, None, None]
    features = pixel_norm(leaky_relu(features, 0.2))
    for block in player.blocks.values():
        if hasattr(block, "up"):
            wide = interpolate(features, scale_factor=2)
            features = pixel_norm(leaky_relu(plain_conv(block.up, wide), 0.2))
        features = pixel_norm(leaky_relu(plain_conv(block.conv, features), 0.2))
    return plain_conv(block.rgb, features)


def plain_discriminator(player: Any, image: Tensor, text: Tensor) -> Tensor:
    """Two 3x3 convolutions, then the mean of four pixels."""
    last, *blocks = player.blocks.values()
    features = leaky_relu(plain_conv((blocks or [last])[-1].rgb, image), 0.2)
    for block in blocks[::-1]:
        features = leaky_relu(plain_conv(block.conv, features), 0.2)
        features = leaky_relu(avg_pool2d(plain_conv(block.down, features), 2), 0.2)
    differ = (features.var(dim=0, correction=0) + 1e-8).sqrt().mean().expand(len(features), 1, 4, 4)
    features = leaky_relu(plain_conv(last.conv, torch.cat([features, differ], dim=1)), 0.2)
    values = linear(features.flatten(1), scaled(last.whole).flatten(1), last.whole.bias)
    values = leaky_relu(values, 0.2)
    shown = normalize(linear(values, scaled(player.match), player.match.bias), dim=1)
    matches = player.sharpness * shown @ normalize(plain_words(player.text, text), dim=1).T
    score = linear(values, scaled(player.score), player.score.bias)
    return torch.cat([score + matches.diagonal()[:, None], matches], dim=1)


def plain_step(config: ProganConfig, batch: Batch) -> Callable[[], tuple[float, float]]:
    """The usual loop body on the same weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        players = family("progan").build(config)
    optimizers = [
        torch.optim.Adam(player.parameters(), lr=config.learning_rate, betas=(config.beta1, config.beta2))
        for player in players
    ]
    draw, judge = partial(plain_generator, players[0]), partial(plain_discriminator, players[1])
    text = batch.text_embedding

    def penalty(fake: Tensor) -> Tensor:
        where = torch.special.ndtr(batch.noise.mean(dim=1, keepdim=True) * config.noise_dim**0.5)
        mixed = torch.lerp(batch.image, fake, where[:, :, None, None]).requires_grad_(True)
        (gradient,) = torch.autograd.grad(judge(mixed, text)[:, 0].sum(), mixed, create_graph=True)
        return config.gradient_penalty * (gradient.flatten(1).norm(dim=1) - 1).square().mean()

    def step() -> tuple[float, float]:
        with torch.no_grad():
            fake = draw(batch.noise, text)
        loss = wasserstein_discriminator(
            judge(batch.image, text), judge(fake, text), drift=config.drift, weight=config.match
        )
        loss = loss + penalty(fake)
        optimizers[1].zero_grad()
        loss.backward()
        optimizers[1].step()
        flipped = wasserstein_generator(judge(draw(batch.noise, text), text), weight=config.match_drawn)
        optimizers[0].zero_grad()
        flipped.backward()
        optimizers[0].step()
        return loss.item(), flipped.item()

    return step


def modiste_step(config: ProganConfig, batch: Batch, precision: str) -> Callable[[], tuple[float, float]]:
    """The game as `modiste train` plays it."""
    keep_large_blocks()
    state = new_state("progan", config, seed=0, precision=precision)
    mine = replace(batch, image=batch.image.contiguous(memory_format=torch.channels_last))

    def step() -> tuple[float, float]:
        said = play(state, mine, 10_000)
        return said["discriminator_loss"], said["generator_loss"]

    return step


def multiply_adds(player: nn.Module, *inputs: Tensor) -> float:
    """Multiply-adds of a forward pass of one picture."""
    total = 0.0

    def count(layer: nn.Module, _given: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        assert isinstance(layer, Equalised)
        area = output.shape[2] * output.shape[3] if output.ndim == 4 else 1
        # A 3x3 kernel at four places is one of 4x4; going up, it is used once for each smaller pixel.
        used = {Up: 16 / 9 / 4, Down: 16 / 9, Start: 1 / 16}.get(type(layer), 1.0)
        total += layer.weight.numel() * used * area

    layers = [layer for layer in player.modules() if isinstance(layer, Equalised)]
    hooks = [layer.register_forward_hook(count) for layer in layers]
    with torch.no_grad():
        player(*inputs)
    for hook in hooks:
        hook.remove()
    return total


def work(config: ProganConfig) -> float:
    """Multiply-adds of a whole step for one photo."""
    text = torch.zeros(2, config.text_dim)
    generator, discriminator = family("progan").build(config)
    drawing = multiply_adds(generator, torch.zeros(2, config.noise_dim), text)
    judging = multiply_adds(discriminator, torch.zeros(2, 3, config.size, config.size), text)
    # The officer: photos and drawn pictures there and back (3 each); between them there, back to the picture,
    # and both of these back (6); once there and back to the picture for the counterfeiter (2).
    return 14 * judging + 3 * drawing


def config_of(preset: str, size: int) -> ProganConfig:
    """A size when it has come in, with steps of Adam so small that the game stays where it is."""
    config: ProganConfig = family("progan").presets[preset](
        size=size, text_dim=256, learning_rate=LEARNING_RATE
    )
    return config


def main() -> int:
    """Prints the comparison; with `--role` only measures one side of one size, for the other process."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[4, 8, 16, 32, 64, 128])
    parser.add_argument("--preset", default="laptop")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--role", choices=[PLAIN, *PRECISIONS])
    options = parser.parse_args()
    if options.role:
        config = config_of(options.preset, options.sizes[0])
        plain = options.role == PLAIN
        torch.set_default_dtype(torch.float64)
        few = batch_for(config, CHECKED)
        first = (plain_step(config, few) if plain else modiste_step(config, few, FLOAT32))()
        torch.set_default_dtype(torch.float32)
        batch = batch_for(config, config.batch_size)
        step = plain_step(config, batch) if plain else modiste_step(config, batch, options.role)
        print(json.dumps(measure(step, options.rounds, config.batch_size) | {"first": first}))
        return 0

    def side(role: str, size: int) -> dict[str, object]:
        words = [sys.executable, __file__, "--sizes", size, "--preset", options.preset]
        words += ["--rounds", options.rounds, "--role", role]
        done = subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True)
        value: dict[str, object] = json.loads(done.stdout)
        return value

    precisions, failed = quick_precisions(), False
    rates = {precision: convolution_rate(precision) for precision in precisions}
    speeds = ", ".join(f"{2 * rate / 1e9:.0f} GFLOP/s in {precision}" for precision, rate in rates.items())
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}, torch {torch.__version__}")
    print(f"progan {options.preset}, batch {config_of(options.preset, 4).batch_size}, seed 0; "
          f"3x3 convolution at {speeds}")  # fmt: skip
    print("  size  precision    plain  modiste    floor  images/s    ratio  share of the floor")
    for size in options.sizes:
        sides = {role: side(role, size) for role in (PLAIN, *precisions) * 2}
        for role in precisions:
            for one, other in zip(sides[PLAIN]["first"], sides[role]["first"], strict=True):  # type: ignore[call-overload]
                assert abs(one - other) <= AGREE * max(1, abs(one)), (one, other)
        speed = {role: float(one["images_per_second"]) for role, one in sides.items()}  # type: ignore[arg-type]
        needed = work(config_of(options.preset, size))
        for name, rate in rates.items():
            ratio, share = speed[name] / speed[PLAIN], speed[name] * needed / rate
            print(f"{size:6} {name:>10} {speed[PLAIN]:8.1f} {speed[name]:8.1f} {rate / needed:8.1f} "
                  f"{ratio:18.2f} {share:19.0%}")  # fmt: skip
        best = max(precisions, key=speed.__getitem__)
        failed |= (
            size in HELD
            and speed[best] / speed[PLAIN] < QUICKER
            and speed[best] * needed / rates[best] < SHARE
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
