"""The FID network: the published one in names, shapes and arithmetic, and nothing else is taken for it.

The figures below come from torch-fidelity 0.4.0 (`FeatureExtractorInceptionV3`, features "2048") with the
weights of `weights()` on the pictures of `pictures()`; its state dict gave the names and shapes.
"""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from modiste import files
from modiste.errors import BadInput
from modiste.evaluate import inception
from modiste.evaluate.inception import FILES, InceptionFeatures, features_of, fid, network
from modiste.randomness import uniforms

REFERENCE_FIRST = [
    [0.22216, 1.23218, 1.05426, 3.51537, 2.25922, 0.00000],
    [0.36023, 1.23532, 1.18119, 3.82859, 2.59937, 0.00000],
]
REFERENCE_MEANS = [2.688725, 3.097431]
REFERENCE_SPREADS = [3.808601, 4.392195]
NAMES_AND_SHAPES = "e22ffc91a09f7caa1af2ce051c7ddf26018012910da85827a0b035b343f00177"


def weights() -> dict[str, Tensor]:
    """Weights under the published names that keep the layers' outputs in a usual range."""
    result = {}
    for name, tensor in network().state_dict().items():
        if name.endswith("num_batches_tracked"):
            result[name] = tensor
            continue
        values = uniforms(1, name, 0, 1, tensor.numel()).reshape(tensor.shape)
        if name.endswith("conv.weight"):
            values = (values - 0.5) * np.sqrt(24 / np.prod(tensor.shape[1:]))
        elif name.endswith(("bn.weight", "running_var")):
            values = values + 0.5
        else:
            values = (values - 0.5) * 0.4
        result[name] = torch.from_numpy(values.astype(np.float32))
    return result


def pictures() -> np.ndarray:
    """Two pictures of 64 x 48 pixels: waves, and noise on waves."""
    y, x, channel = np.mgrid[:64, :48, :3]
    waves = 128 + 100 * np.sin(x / 7 + channel) * np.cos(y / 11 - channel)
    noise = 60 * (uniforms(2, "noise", 0, 1, waves.size).reshape(waves.shape) - 0.5)
    return np.clip(np.stack([waves, waves[::-1] + noise]), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def published() -> nn.Sequential:
    result = network()
    result.load_state_dict(weights())
    return result.eval().requires_grad_(False)


def test_names_and_shapes_are_those_of_the_published_file() -> None:
    state = {k: v for k, v in network().state_dict().items() if not k.endswith("num_batches_tracked")}
    listing = "\n".join(f"{name} {tuple(state[name].shape)}" for name in sorted(state))
    assert hashlib.sha256(listing.encode()).hexdigest() == NAMES_AND_SHAPES
    assert len(state) == 94 * 5
    assert state["Mixed_6c.branch7x7dbl_4.conv.weight"].shape == (160, 160, 7, 1)
    classifier = 2048 * 1008 + 1008
    assert sum(p.numel() for p in network().parameters()) + classifier == 23_850_960


def test_features_are_those_of_torch_fidelity(published: nn.Sequential) -> None:
    found = features_of(published, torch.from_numpy(pictures())).numpy()
    assert found.shape == (2, 2048)
    assert np.allclose(found[:, :6], REFERENCE_FIRST, rtol=1e-4, atol=1e-4)
    assert np.allclose(found.mean(axis=1), REFERENCE_MEANS, rtol=1e-4)
    assert np.allclose(found.std(axis=1), REFERENCE_SPREADS, rtol=1e-4)


@pytest.mark.parametrize("side", [32, 128, 299, 512])
def test_pictures_are_resized_as_tensorflow_1_did(side: int) -> None:
    """A ramp shows where each sample is taken: at i * side / 299, the last pixel repeated."""
    given: list[Tensor] = []

    class Keep(nn.Module):
        def forward(self, image: Tensor) -> Tensor:
            given.append(image)
            return image

    ramp = np.linspace(0, 255, side).round().astype(np.uint8)
    features_of(Keep(), torch.from_numpy(np.broadcast_to(ramp[:, None], (1, side, side, 3)).copy()))
    where = np.minimum(np.arange(299) * side / 299, side - 1)
    expected = (np.interp(where, np.arange(side), ramp) - 128) / 128
    assert given[0].shape == (1, 3, 299, 299)
    assert np.allclose(given[0][0, 0, 0], expected, atol=1e-4)
    assert np.allclose(given[0][0, 2, 250], expected, atol=1e-4)


def test_a_folder_with_the_weights_gives_features(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, published: nn.Sequential
) -> None:
    classifier = {"fc.weight": torch.zeros(1008, 2048), "fc.bias": torch.zeros(1008)}
    torch.save({**weights(), **classifier}, tmp_path / FILES[1])
    monkeypatch.setattr(inception, "SHA256", files.sha256(tmp_path / FILES[1]))
    eyes = InceptionFeatures(tmp_path)
    images = np.concatenate([pictures()[:1]] * 9 + [pictures()[1:]] * 9)
    found = eyes.features(images)
    assert found.shape == (18, 2048)
    assert found.dtype == np.float32
    expected = features_of(published, torch.from_numpy(pictures())).numpy()
    assert np.allclose(found[[0, -1]], expected, rtol=1e-3, atol=1e-3)
    assert eyes.features(images[:0]).shape == (0, 2048)


def test_without_the_file_one_line_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=f"expected {FILES[0]} .* found neither; get it"):
        InceptionFeatures(tmp_path)
    with pytest.raises(BadInput, match="found neither"):
        InceptionFeatures(tmp_path / "no such folder")


def test_another_file_under_that_name_is_never_read(tmp_path: Path) -> None:
    (tmp_path / FILES[0]).write_bytes(b"a pickle, perhaps")
    with pytest.raises(BadInput, match="SHA-256 6726825d0af5…, found cdff9b307095…") as error:
        InceptionFeatures(tmp_path)
    assert "\n" not in str(error.value)


def test_fid_needs_enough_pictures_and_is_zero_from_itself() -> None:
    features = np.random.default_rng(0).standard_normal((30, 64)).astype(np.float32)
    assert fid(features, features) == pytest.approx(0, abs=1e-6)
    assert fid(features + 1, features) == pytest.approx(64, rel=1e-4)
    with pytest.raises(BadInput, match="at least 20"):
        fid(features[:10], features)
