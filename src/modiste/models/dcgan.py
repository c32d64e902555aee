"""The article's family: a DCGAN that is told in words what to draw.

Architecture after Radford et al. 2016 (arXiv:1511.06434, section 3): strided convolutions, batch
norm, ReLU in the generator and LeakyReLU in the discriminator, tanh at the end. The text joins the
noise in the generator, and the discriminator's 4x4 features after Reed et al. 2016 (arXiv:1605.05396);
that photos beside another's description are fakes, too, is theirs as well (section 4.2).
"""

from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn

from modiste.config import check_positive, check_share, check_size
from modiste.models.family import Family, Rules, Stage
from modiste.models.losses import NEVER, matching_aware, non_saturating
from modiste.models.views import check_blur, short_sighted_view, steady

RATES = ("learning_rate", "discriminator_learning_rate")


@dataclass(frozen=True)
class DcganConfig:
    """Sizes and settings of both players."""

    size: int = 128
    """Side of the pictures: a power of two from 32 to 256."""
    text_dim: int = 256
    """Values of the text vector."""
    noise_dim: int = 100
    """Values of the noise, as in DCGAN's section 4."""
    width: int = 64
    """Channels at the largest feature map; each halving of the side doubles them, up to 16 times."""
    text_scale: float = 8.0
    """What the unit-length text vector is multiplied by: 8 gives it about the length of the noise."""
    text_features: int = 128
    """Channels that carry the text into the discriminator's 4x4 features."""
    batch_size: int = 64
    """Images in one step: DCGAN's own is 128, the article names none."""
    learning_rate: float = 2e-4
    """Adam's step size for the generator, DCGAN's section 4."""
    discriminator_learning_rate: float = 2e-4
    """The same for the discriminator."""
    beta1: float = 0.5
    """Adam's first decay, DCGAN's section 4."""
    beta2: float = 0.999
    """Adam's second decay."""
    mismatched: float = 0.0
    """Of what the officer must call a fake: the share that are photos beside another's description."""
    blur: float = 0.0
    """How short-sighted the officer is at first: a Gaussian blur, as a share of the picture's side."""
    blur_images: int = 30_000
    """Images after which it sees sharply."""
    flip: bool = True
    """Whether half of the real photos are mirrored."""

    def __post_init__(self) -> None:
        check_size(self.size, 32, 256)
        for name in ("text_dim", "noise_dim", "width", "text_features", "batch_size", *RATES):
            check_positive(name, getattr(self, name))
        check_share("mismatched", self.mismatched)
        check_blur(self.blur, self.blur_images)


def channels(config: DcganConfig) -> list[int]:
    """Channels of the feature maps from 4x4 up to half the picture's side."""
    doublings = config.size.bit_length() - 4  # maps of side 4 to size / 2
    return [config.width * 2 ** min(step, 4) for step in range(doublings, -1, -1)]


class Generator(nn.Module):
    """Noise and text -> picture."""

    def __init__(self, config: DcganConfig) -> None:
        super().__init__()
        self.text_scale = config.text_scale
        widths = channels(config)
        layers: list[nn.Module] = [
            nn.ConvTranspose2d(config.noise_dim + config.text_dim, widths[0], 4, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(inplace=True),
        ]
        for before, after in pairwise(widths):
            layers += [
                nn.ConvTranspose2d(before, after, 4, stride=2, padding=1, bias=False),
                nn.BatchNorm2d(after),
                nn.ReLU(inplace=True),
            ]
        layers += [nn.ConvTranspose2d(widths[-1], 3, 4, stride=2, padding=1), nn.Tanh()]
        self.layers = nn.Sequential(*layers)
        self.apply(_initialise)

    def forward(
        self, noise: Float[Tensor, "batch noise_dim"], text_embedding: Float[Tensor, "batch text_dim"]
    ) -> Float[Tensor, "batch 3 height width"]:
        """Draws pictures in [-1, 1] from standard normal noise and unit-length text vectors."""
        code = torch.cat([noise, text_embedding * self.text_scale], dim=1)
        picture: Tensor = self.layers(code[:, :, None, None])
        return picture


class Discriminator(nn.Module):
    """Picture and text -> a logit: above zero it takes the picture for a real photo of that text.

    With mismatched descriptions a second one says the same of the text of the picture before; never, where
    that text is its own.
    """

    def __init__(self, config: DcganConfig) -> None:
        super().__init__()
        self.text_scale = config.text_scale
        self.mismatched = config.mismatched > 0
        widths = channels(config)[::-1]
        layers: list[nn.Module] = [nn.Conv2d(3, widths[0], 4, stride=2, padding=1), _leaky()]
        for before, after in pairwise(widths):
            layers += [nn.Conv2d(before, after, 4, stride=2, padding=1, bias=False), _norm(after), _leaky()]
        self.layers = nn.Sequential(*layers)
        self.text = nn.Sequential(nn.Linear(config.text_dim, config.text_features), _leaky())
        last = widths[-1]
        self.join = nn.Sequential(
            nn.Conv2d(last + config.text_features, last, 1, bias=False), _norm(last), _leaky()
        )
        self.score = nn.Conv2d(last, 1, 4)
        self.apply(_initialise)

    def forward(
        self, image: Float[Tensor, "batch 3 height width"], text_embedding: Float[Tensor, "batch text_dim"]
    ) -> Float[Tensor, "batch heads"]:
        """Logits for pictures in [-1, 1], each beside its unit-length text vector."""
        features = self.layers(image)
        text = self.text(text_embedding * self.text_scale)[:, :, None, None].expand(
            -1, -1, *features.shape[2:]
        )
        logits = self._judged(features, text)
        if not self.mismatched:
            return logits
        same = (text_embedding == text_embedding.roll(1, 0)).all(dim=1, keepdim=True)
        return torch.cat([logits, self._judged(features, text.roll(1, 0)).masked_fill(same, NEVER)], dim=1)

    def _judged(self, features: Tensor, text: Tensor) -> Tensor:
        logits: Tensor = self.score(self.join(torch.cat([features, text], dim=1)))
        return logits.flatten(1)


def _leaky() -> nn.Module:
    return nn.LeakyReLU(0.2, inplace=True)


def _norm(channels: int) -> nn.Module:
    # Without running statistics the discriminator has no state that judging alone would change.
    return nn.BatchNorm2d(channels, track_running_stats=False)


def _initialise(module: nn.Module) -> None:
    # DCGAN, section 4: zero-centred normal with standard deviation 0.02.
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)


def _rules(config: DcganConfig) -> Rules:
    return Rules(
        partial(matching_aware, share=config.mismatched),
        lambda _real_logits, fake_logits: non_saturating(fake_logits[:, :1]),
        penalty=lambda _state, _batch, fake: fake.new_zeros(()),
        view=short_sighted_view(config),
        repeats=lambda state: steady(config, state) or None,
    )


def _laptop(*, size: int, text_dim: int) -> DcganConfig:
    """For two cores; at 32x32, where maps are few, as wide as the article's: it takes little there."""
    return DcganConfig(
        size=size,
        text_dim=text_dim,
        width=64 if size == 32 else 32,
        batch_size=32,
        mismatched=0.5,
        blur=1 / 16,
    )


FAMILY = Family(
    config=DcganConfig,
    presets={
        "laptop": _laptop,
        "article": partial(DcganConfig, width=64, text_scale=1.0, flip=False),
    },
    build=lambda config: (Generator(config), Discriminator(config)),
    rules=_rules,
    stage=lambda config, _images_seen: Stage(config.size, config.batch_size),
    shape=("noise_dim", "width"),
)
