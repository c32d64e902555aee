from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import Tensor, nn

from modiste.design.model import open_session
from modiste.errors import ModisteError
from modiste.export.onnx import write_generator


class Small(nn.Module):
    """A linear layer, up-sampling, a convolution, batch norm: what families are made of."""

    def __init__(self, scale: float = 1.0) -> None:
        super().__init__()
        self.first = nn.Linear(12, 64)
        norm = nn.BatchNorm2d(8)
        self.up = nn.Sequential(nn.ConvTranspose2d(4, 8, 4, stride=2, padding=1, bias=False), norm)
        self.last = nn.Conv2d(8, 3, 3, padding=1)
        self.scale = scale
        nn.init.normal_(norm.weight, 1.0, 0.2)
        norm.running_mean += 0.3

    def forward(self, noise: Tensor, text_embedding: Tensor) -> Tensor:
        image = self.first(torch.cat([noise, text_embedding], dim=1)).view(-1, 4, 4, 4)
        return torch.sin(self.last(torch.relu(self.up(image))) * self.scale)


class Unsteady(nn.Module):
    """Draws what no export can repeat: it counts its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1))
        self.calls = 0

    def forward(self, noise: Tensor, text_embedding: Tensor) -> Tensor:
        self.calls += 1
        values = noise.mean(dim=1) + text_embedding.mean(dim=1) + self.bias + 0.1 * self.calls
        return torch.tanh(values)[:, None, None, None].expand(-1, 3, 4, 4)


@pytest.fixture(scope="module")
def small() -> Small:
    torch.manual_seed(0)
    return Small()


@pytest.fixture(scope="module")
def path(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("onnx") / "generator.onnx"
    exported = write_generator(small, 4, 8, path)
    assert exported.weights == "fp16"
    assert exported.pictures == 64
    assert exported.within_one_level >= 0.999
    assert exported.bytes == path.stat().st_size
    return path


@pytest.mark.parametrize("count", [1, 3])
def test_the_export_draws_what_torch_draws_in_any_number(small: Small, path: Path, count: int) -> None:
    noise, text = torch.randn(count, 4), torch.nn.functional.normalize(torch.randn(count, 8))
    expected = small.eval()(noise, text).detach().numpy()
    inputs = {"noise": noise.numpy(), "text_embedding": text.numpy()}
    drawn = open_session(path.read_bytes(), "test").run(["image"], inputs)[0]
    assert drawn.dtype == np.float32
    assert drawn.shape == expected.shape
    assert np.abs(drawn - expected).max() <= 2 / 255


def test_weights_are_halves_and_batch_norm_is_folded(path: Path) -> None:
    graph = onnx.load(path).graph
    kept = {tensor.data_type for tensor in graph.initializer if len(tensor.dims) > 1}
    assert kept == {onnx.TensorProto.FLOAT16}
    assert "BatchNormalization" not in {node.op_type for node in graph.node}


def test_the_file_names_no_source_file(path: Path) -> None:
    data = path.read_bytes()
    assert b".py" not in data
    assert b"Small" not in data


def test_the_same_weights_give_the_same_file(small: Small, path: Path, tmp_path: Path) -> None:
    write_generator(small, 4, 8, tmp_path / "again.onnx")
    assert (tmp_path / "again.onnx").read_bytes() == path.read_bytes()


def test_exporting_leaves_the_generator_as_it_was(tmp_path: Path) -> None:
    torch.manual_seed(1)
    generator = Small().train()
    before = {name: value.clone() for name, value in generator.state_dict().items()}
    write_generator(generator, 4, 8, tmp_path / "g.onnx")
    assert generator.training
    assert all(parameter.requires_grad for parameter in generator.parameters())
    assert all(torch.equal(value, before[name]) for name, value in generator.state_dict().items())


def test_weights_stay_whole_where_halves_would_show(tmp_path: Path) -> None:
    torch.manual_seed(2)
    exported = write_generator(Small(scale=1000.0), 4, 8, tmp_path / "g.onnx")
    assert exported.weights == "fp32"
    assert exported.within_one_level >= 0.999


def test_an_export_that_differs_from_torch_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModisteError, match="within 1/255"):
        write_generator(Unsteady(), 4, 8, tmp_path / "g.onnx")
    assert not (tmp_path / "g.onnx").exists()
