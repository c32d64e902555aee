"""Images per second of the game, beside a textbook PyTorch DCGAN loop and beside the floor, in one run.

    python benchmarks/train_step.py --size 128 --preset article
    python benchmarks/train_step.py --size 64 --family contrastive --preset laptop

Three figures on the same networks, batch and threads; the textbook's for the DCGAN alone:

- textbook: the loop of PyTorch's DCGAN tutorial as everyone writes it: default memory layout and allocator,
  Adam without fusing, the discriminator's gradients computed again in the generator's step and thrown away;
- modiste: `game.loop.play`, the average included, in each precision that is quick here;
- floor: the multiply-adds of a whole step over this machine's measured rate of 3x3 convolutions in it.

Adam's steps are tiny, so that both loops stay where a game is: at 2e-4 the officer knows one batch of noise
by heart within a few rounds. The share of the floor was the same with either (73% at 128x128).
Both loops start from the same weights; in float32 the officer's first losses must agree to 1e-5, and the
counterfeiter's to 1e-3 (between them lies a step of Adam, which enlarges rounding). The
textbook runs in a process of its own, since the allocator's setting lasts for a process.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import torch
from torch import Tensor, nn

from modiste.catalogue.batches import Batch
from modiste.game.loop import play
from modiste.game.precision import FLOAT32, PRECISIONS, quick_precisions
from modiste.game.state import new_state
from modiste.machine import machine
from modiste.memory import keep_large_blocks
from modiste.models import family
from modiste.models.contrastive import RECOLOURED

WARM_UP = 2
TEXTBOOK = "textbook"
LEARNING_RATE = 1e-6


def batch_for(config: object, count: int) -> Batch:
    """One fixed batch in the family's shapes."""
    dice = torch.Generator().manual_seed(0)
    size, text_dim, noise_dim = (getattr(config, name) for name in ("size", "text_dim", "noise_dim"))
    image = torch.rand(count, 3, size, size, generator=dice) * 2 - 1
    text = nn.functional.normalize(torch.rand(count, text_dim, generator=dice))
    noise = torch.randn(count, noise_dim, generator=dice)
    return Batch(image, text, noise, text.roll(1, dims=0))


def textbook_step(config: object, batch: Batch) -> Callable[[], tuple[float, float]]:
    """The tutorial's loop body on the same networks."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        generator, discriminator = family("dcgan").build(config)
    optimizers = [
        torch.optim.Adam(n.parameters(), lr=LEARNING_RATE, betas=(0.5, 0.999))
        for n in (generator, discriminator)
    ]
    bce = nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones(len(batch.image), 1), torch.zeros(len(batch.image), 1)

    def step() -> tuple[float, float]:
        discriminator.zero_grad()
        fake = generator(batch.noise, batch.text_embedding)
        real_loss: Tensor = bce(discriminator(batch.image, batch.text_embedding), ones)
        fake_loss: Tensor = bce(discriminator(fake.detach(), batch.text_embedding), zeros)
        loss = (real_loss + fake_loss) / 2
        loss.backward()
        optimizers[1].step()
        generator.zero_grad()
        flipped: Tensor = bce(discriminator(fake, batch.text_embedding), ones)
        flipped.backward()
        optimizers[0].step()
        return loss.item(), flipped.item()

    return step


def modiste_step(
    config: object, batch: Batch, name: str, precision: str
) -> Callable[[], tuple[float, float]]:
    """The game as `modiste train` plays it."""
    keep_large_blocks()
    state = new_state(name, config, seed=0, precision=precision)
    image = batch.image.contiguous(memory_format=torch.channels_last)
    mine = replace(batch, image=image)

    def step() -> tuple[float, float]:
        said = play(state, mine, 10_000)
        return said["discriminator_loss"], said["generator_loss"]

    return step


def measure(
    step: Callable[[], tuple[float, float]], rounds: int, count: int, every: int = 1
) -> dict[str, object]:
    """First losses and the median rate over rounds of `every` steps."""
    first = step()
    for _ in range(WARM_UP * every - 1):
        step()
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        for _ in range(every):
            step()
        seconds.append(time.perf_counter() - started)
    return {"first": first, "images_per_second": every * count / sorted(seconds)[rounds // 2]}


def multiply_adds(network: nn.Module, *inputs: Tensor) -> float:
    """Multiply-adds of a forward pass of one picture, convolutions alone; `inputs` are two pictures'."""
    total = 0.0

    def count(module: nn.Module, given: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        assert isinstance(module, nn.Conv2d | nn.ConvTranspose2d)
        place = given[0] if isinstance(module, nn.ConvTranspose2d) else output
        total += module.weight.numel() * place.shape[2] * place.shape[3]

    convolutions = [each for each in network.modules() if isinstance(each, nn.Conv2d | nn.ConvTranspose2d)]
    hooks = [each.register_forward_hook(count) for each in convolutions]
    network(*inputs)
    for hook in hooks:
        hook.remove()
    return total


def convolution_rate(precision: str, rounds: int = 12) -> float:
    """This machine's multiply-adds per second in a dense 3x3 convolution of 128 channels at 32x32."""
    keep_large_blocks()
    number = getattr(torch, precision)
    image = torch.rand(64, 128, 32, 32, dtype=number).contiguous(memory_format=torch.channels_last)
    convolution = nn.Conv2d(128, 128, 3, padding=1, dtype=number)
    convolution.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    best = float("inf")
    with torch.no_grad():
        for _ in range(rounds):
            started = time.perf_counter()
            convolution(image)
            best = min(best, time.perf_counter() - started)
    return 64 * 32 * 32 * 128 * 128 * 9 / best


def main() -> None:
    """Prints the comparison; with `--role` only measures one side, for the other process."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--family", default="dcgan", choices=["dcgan", "contrastive"])
    parser.add_argument("--preset", default="article")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--role", choices=[TEXTBOOK, *PRECISIONS])
    options = parser.parse_args()
    preset = family(options.family).presets[options.preset]
    config = replace(
        preset(size=options.size, text_dim=256),
        learning_rate=LEARNING_RATE,
        discriminator_learning_rate=LEARNING_RATE,
        blur=0.0,
        **({"mismatched": 0.0} if options.family == "dcgan" else {}),  # as the tutorial's
    )
    batch = batch_for(config, config.batch_size)
    every = getattr(config, "penalty_every", 1)
    if options.role:
        if options.role == TEXTBOOK:
            step = textbook_step(config, batch)
        else:
            step = modiste_step(config, batch, options.family, options.role)
        print(json.dumps(measure(step, options.rounds, config.batch_size, every)))
        return

    def side(role: str) -> dict[str, object]:
        words = [sys.executable, __file__, "--role", role]
        words += [f"--{name}={getattr(options, name)}" for name in ("size", "family", "preset", "rounds")]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
        value: dict[str, object] = json.loads(done.stdout)
        return value

    precisions = quick_precisions()
    roles = [TEXTBOOK, *precisions] if options.family == "dcgan" else list(precisions)
    sides = {role: side(role) for role in roles * 2}  # the second time counts
    if TEXTBOOK in roles:
        losses = [sides[role]["first"] for role in (TEXTBOOK, FLOAT32)]
        for one, other, tolerance in zip(*losses, (1e-5, 1e-3), strict=True):  # type: ignore[call-overload]
            assert abs(one - other) <= tolerance * max(1, abs(one)), (one, other)
    networks = family(options.family).build(config)
    text_embedding = torch.zeros(2, config.text_dim)
    generator = multiply_adds(networks[0], torch.zeros(2, config.noise_dim), text_embedding)
    discriminator = multiply_adds(networks[1], torch.zeros(2, 3, config.size, config.size), text_embedding)
    pretrained = heads = 0.0
    if (eyes := getattr(networks[1], "projected", None)) is not None:
        pictures = torch.zeros(2, 3, eyes.side, eyes.side)
        heads, pretrained = (
            multiply_adds(eyes, pictures, text_embedding),
            multiply_adds(eyes.network, pictures),
        )
    # Discriminator: twice forward and backward (3 each), once forward and back to the picture (2). A lazy R1
    # or R2 is forward, back to the picture, and that step's two gradients: 4 each, every so many steps.
    # What is pretrained does not learn: twice forward, once back to the picture.
    rare = 8 / every if every > 1 else 0
    work = (8 + rare) * discriminator - rare * heads + 3 * pretrained + 3 * generator
    # Drawn once more in another colour: the generator as above; who looks, forward and back to the picture.
    again = RECOLOURED if family(options.family).rules(config).recolours else 0.0
    work += again * (3 * generator + 2 * (discriminator - heads) + 2 * pretrained)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}, torch {torch.__version__}")
    print(
        f"{options.family} {options.preset} {options.size}x{options.size}, batch {config.batch_size}, "
        f"seed 0, {work / 1e9:.2f} GMAC a photo"
    )
    rates = {role: float(str(sides[role]["images_per_second"])) for role in roles}
    if TEXTBOOK in rates:
        print(f"{TEXTBOOK}: {rates[TEXTBOOK]:.1f} images/s")
    for precision in precisions:
        rate = convolution_rate(precision)
        print(
            f"modiste, {precision}: {rates[precision]:.1f} images/s, {rates[precision] * work / rate:.0%} of "
            f"the floor of {rate / work:.1f} (3x3 convolution at {2 * rate / 1e9:.0f} GFLOP/s)"
            + (f", {rates[precision] / rates[TEXTBOOK]:.2f} times the textbook" if TEXTBOOK in rates else "")
        )


if __name__ == "__main__":
    main()
