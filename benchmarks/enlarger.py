"""A network that enlarges small product photos fourfold, learnt from photos that there are in both sizes.

    python benchmarks/enlarger.py products-224 products-small --catalogue catalogue256 --out enlarger.st

Both are folders in the layout of Fashion Product Images with `images/<id>.jpg`; of --catalogue, prepared from
the first, the training split says which ids may be learnt from. First the network learns to be near to the
large photo (--minutes), then it plays against an officer that tells what was enlarged from what was shot
(--game minutes): nearness alone leaves cloth without its grain (arXiv:1609.04802). Writes the weights, beside
them a picture of some of the last 100 photos, which it has not learnt from (enlarged plainly, by the network,
shot), and prints how far it is from these.

`fill_up.py --enlarger enlarger.st` enlarges with it.
"""

import argparse
import math
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import safetensors.torch
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from modiste import files
from modiste.catalogue import Catalogue
from modiste.catalogue.batches import to_images, to_tensor
from modiste.design.model import to_pixels
from modiste.models.losses import half_binary_cross_entropy, non_saturating

Pixels = npt.NDArray[np.uint8]
SMALL, TIMES = (60, 80), 4
HELD_OUT, SHOWN = 100, 12
CROP, BATCH = 32, 16
RATE, OFFICERS_RATE = 4e-4, 2e-4
GRADIENT_PENALTY, PENALTY_EVERY = 0.1, 8
LOUD = 5.0
"""What enlarging plainly lacks is faint: the officer sees it so many times as strong."""
GAME = 0.7
"""How hard the officer pulls at a pixel beside nearness to the photo, which pulls with 1."""


class Block(nn.Module):
    """Two convolutions added to what came in, a little of them (EDSR, arXiv:1707.02921)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Maps [n, width, h, w] of the same shape."""
        return x + 0.2 * self.second(F.leaky_relu(self.first(x), 0.1))


class Enlarger(nn.Module):
    """Small pictures [n, 3, h, w] in [-1, 1] -> [n, 3, 4h, 4w]: enlarged plainly, and what that lacks."""

    def __init__(self, width: int = 64, blocks: int = 10) -> None:
        super().__init__()
        self.head = nn.Conv2d(3, width, 3, padding=1)
        self.body = nn.Sequential(*(Block(width) for _ in range(blocks)))
        self.twice = nn.Conv2d(width, 4 * 48, 3, padding=1)
        self.twice_more = nn.Conv2d(48, 4 * 32, 3, padding=1)
        self.tail = nn.Conv2d(32, 3, 3, padding=1)

    def forward(self, image: Tensor) -> Tensor:
        """Enlarges; what it answers may lie a little outside [-1, 1]."""
        x = self.head(image)
        x = x + self.body(x)
        for layer in (self.twice, self.twice_more):
            x = F.leaky_relu(F.pixel_shuffle(layer(x), 2), 0.1)
        return plainly(image) + self.tail(x).float()


class Officer(nn.Module):
    """Tells patches of shot photos from enlarged ones, beside what was enlarged."""

    def __init__(self) -> None:
        super().__init__()
        widths = (6, 32, 64, 128)
        layers: list[nn.Module] = []
        for width, wider in pairwise(widths):
            layers += [nn.Conv2d(width, wider, 4, 2, padding=1), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(128, 128, 3, padding=1), nn.LeakyReLU(0.2), nn.Conv2d(128, 1, 3, padding=1)]
        for layer in layers:
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, 0.2)
        self.layers = nn.Sequential(*layers)

    def forward(self, image: Tensor, plain: Tensor) -> Tensor:
        """Logits [n, 1, h, w], a patch each."""
        verdict: Tensor = self.layers(torch.cat([LOUD * (image - plain), plain], dim=1))
        return verdict


def plainly(image: Tensor) -> Tensor:
    """Enlarged by cubic curves."""
    return F.interpolate(image.float(), scale_factor=TIMES, mode="bicubic")


def open_enlarger(path: Path) -> Enlarger:
    """The network of a file of weights."""
    enlarger = Enlarger()
    enlarger.load_state_dict(safetensors.torch.load_file(path))
    return enlarger.eval()


@torch.inference_mode()
def enlarged(enlarger: Enlarger, photo: Image.Image) -> Image.Image:
    """A photo of four times the side."""
    image = enlarger(to_tensor(np.array(photo.convert("RGB"))[None]))
    return Image.fromarray(to_images(image)[0])


def photos_of_both(large: Path, small: Path, catalogue: Path) -> tuple[Pixels, Pixels]:
    """The small photos [n, 80, 60, 3], and the large ones stretched to four times their sides."""
    found = []
    for record in Catalogue.open(catalogue).split("train").records:
        name = f"images/{record.id}.jpg"
        if (small / name).is_file() and (photo := Image.open(small / name).convert("RGB")).size == SMALL:
            sides = (TIMES * SMALL[0], TIMES * SMALL[1])
            shot = Image.open(large / name).convert("RGB").resize(sides, Image.Resampling.BICUBIC)
            found.append((np.asarray(photo), np.asarray(shot)))
    return np.stack([pair[0] for pair in found]), np.stack([pair[1] for pair in found])


def some(small: Pixels, large: Pixels, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    """A batch of patches, of three the one with most in it: photos are white for the most part."""
    pairs = []
    for row in random.integers(0, len(small), BATCH):
        places = [random.integers(0, np.array(small.shape[1:3]) - CROP + 1) for _ in range(3)]
        down, right = max(places, key=lambda at: small[row, at[0] : at[0] + CROP, at[1] : at[1] + CROP].std())
        patch = small[row, down : down + CROP, right : right + CROP]
        down, right = TIMES * down, TIMES * right
        shot = large[row, down : down + TIMES * CROP, right : right + TIMES * CROP]
        turn = slice(None, None, -1 if random.random() < 0.5 else None)
        pairs.append((patch[:, turn], shot[:, turn]))
    patches, shots = (to_tensor(np.stack(each)) for each in zip(*pairs, strict=True))
    return patches.contiguous(memory_format=torch.channels_last), shots


def learn(enlarger: Enlarger, small: Pixels, large: Pixels, minutes: float, seed: int) -> None:
    """Learns to be near to the large photos."""
    random, began, step = np.random.default_rng(seed), time.monotonic(), 0
    optimizer = torch.optim.Adam(enlarger.parameters(), RATE, betas=(0.9, 0.99))
    while (done := (time.monotonic() - began) / 60 / minutes) < 1:
        step += 1
        optimizer.param_groups[0]["lr"] = RATE * min(1.0, step / 200) * (1 + math.cos(math.pi * done)) / 2
        patches, shots = some(small, large, random)
        with torch.autocast("cpu", torch.bfloat16):
            drawn = enlarger(patches)
        loss = (drawn - shots)[..., 8:-8, 8:-8].abs().mean()  # a patch's edges are no photo's
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 200 == 0:
            print(f"{done:.0%}: {step * BATCH:,} patches, {loss:.4f} from the photos", flush=True)


def play(enlarger: Enlarger, small: Pixels, large: Pixels, minutes: float, seed: int) -> Enlarger:
    """Goes on against an officer; gives back the average of the last steps."""
    random, began, step = np.random.default_rng(seed), time.monotonic(), 0
    average, officer = Enlarger(), Officer().to(memory_format=torch.channels_last)
    average.load_state_dict(enlarger.state_dict())
    moves = torch.optim.Adam(enlarger.parameters(), OFFICERS_RATE / 2, betas=(0.5, 0.99))
    judges = torch.optim.Adam(officer.parameters(), OFFICERS_RATE, betas=(0.5, 0.99))
    while (done := (time.monotonic() - began) / 60 / minutes) < 1:
        for optimizer, rate in ((moves, OFFICERS_RATE / 2), (judges, OFFICERS_RATE)):
            optimizer.param_groups[0]["lr"] = rate * min(1.0, 4 * (1 - done))
        patches, shots = some(small, large, random)
        plain = plainly(patches)
        with torch.autocast("cpu", torch.bfloat16):
            drawn = enlarger(patches)
        seen, penalty = drawn.detach(), torch.zeros(())
        if step % PENALTY_EVERY == 0:
            shots.requires_grad_(True)
            verdict = officer(shots, plain)
            (slope,) = torch.autograd.grad(verdict.mean(dim=(1, 2, 3)).sum(), shots, create_graph=True)
            penalty = GRADIENT_PENALTY * PENALTY_EVERY * slope.square().sum(dim=(1, 2, 3)).mean()
            shots = shots.detach()
        with torch.autocast("cpu", torch.bfloat16):
            real, fake = officer(shots, plain), officer(seen, plain)
        loss = 2 * half_binary_cross_entropy(real.float(), fake.float())
        judges.zero_grad()
        (loss + penalty).backward()
        judges.step()
        with torch.autocast("cpu", torch.bfloat16):
            verdict = officer(drawn, plain)
        (pull,) = torch.autograd.grad(non_saturating(verdict.float()), drawn, retain_graph=True)
        pull *= GAME / math.sqrt(drawn.numel()) / (pull.norm() + 1e-9)
        moves.zero_grad()
        drawn.backward(pull + torch.sign(seen - shots) / drawn.numel())
        moves.step()
        step += 1
        with torch.no_grad():
            for mean, weight in zip(average.parameters(), enlarger.parameters(), strict=True):
                mean.lerp_(weight, 0.005)
        if step % 50 == 0:
            far = (seen - shots).abs().mean()
            print(
                f"{done:.0%}: {step * BATCH:,} patches, {far:.4f} from the photos, officer {loss:.3f}",
                flush=True,
            )
    return average


def main() -> None:
    """Learns, and writes the weights and the picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("large", type=Path)
    parser.add_argument("small", type=Path)
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--game", type=float, default=14)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    small, large = photos_of_both(options.large, options.small, options.catalogue)
    enlarger = Enlarger().to(memory_format=torch.channels_last)
    learn(enlarger, small[:-HELD_OUT], large[:-HELD_OUT], options.minutes, options.seed)
    with torch.inference_mode():
        photos, shots = to_tensor(small[-HELD_OUT:]), to_tensor(large[-HELD_OUT:])
        near = enlarger(photos)
    average = play(enlarger, small[:-HELD_OUT], large[:-HELD_OUT], options.game, options.seed)
    files.write_bytes(options.out, safetensors.torch.save(average.state_dict()))
    with torch.inference_mode():
        ways = {"plainly": plainly(photos), "near": near, "after the game": average(photos)}
    for name, image in ways.items():
        print(f"{name}: {(image.clamp(-1, 1) - shots).abs().mean():.4f} from the photos")
    rows = torch.stack([ways["plainly"], ways["after the game"], shots], dim=1)[:SHOWN]
    sheet = rows.unflatten(0, (3, -1)).permute(0, 4, 1, 2, 5, 3)  # rows of photos, each in three ways
    sheet = sheet.reshape(3 * rows.shape[3], -1, 3)
    Image.fromarray(to_pixels(sheet.numpy())).save(options.out.with_suffix(".png"))


if __name__ == "__main__":
    main()
