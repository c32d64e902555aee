"""A generator -> ONNX with half-precision weights, checked against torch."""

import copy
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from modiste.design.model import open_session
from modiste.errors import ModisteError
from modiste.export.arrange import arrange
from modiste.files import write_bytes

Floats = npt.NDArray[np.float32]

OPSET = 18
CHECKED_PICTURES = 64
WITHIN = 0.999
"""Share of pixels that must be within one level of 255 of what torch draws."""


@dataclass(frozen=True)
class Exported:
    """What the check of an exported generator measured."""

    weights: str
    """`fp16` or `fp32`: how the file stores them; the arithmetic is fp32 in both."""
    pictures: int
    """Pictures compared."""
    within_one_level: float
    """Share of pixels whose three channels are all within 1/255 of torch's."""
    largest_difference: float
    """Largest difference of a channel, in levels of 0 to 255."""
    bytes: int
    """Size of the file."""

    def to_json(self) -> dict[str, Any]:
        """The fields as a dict, for `config.json`."""
        return asdict(self)


def write_generator(
    generator: nn.Module, noise_dim: int, text_dim: int, path: Path, text_embedding: Floats | None = None
) -> Exported:
    """Writes a generator as `generator.onnx`: inputs `noise` and `text_embedding`, output `image`.

    Args:
        generator: module of (noise [n, noise_dim], text_embedding [n, text_dim]) -> image
            [n, 3, size, size] in [-1, 1]; it is copied, and left as it is.
        noise_dim: values of the noise.
        text_dim: values of the text vector.
        path: the file.
        text_embedding: text vectors [m, text_dim] to check with; random ones of unit length if None.

    Raises:
        ModisteError: even with fp32 weights, onnxruntime draws something else than torch.
    """
    generator = copy.deepcopy(generator).eval().requires_grad_(False)
    generator = generator.to("cpu", memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    random = np.random.default_rng(0)
    if text_embedding is None:
        text_embedding = random.standard_normal((CHECKED_PICTURES, text_dim), dtype=np.float32)
        text_embedding /= np.linalg.norm(text_embedding, axis=1, keepdims=True)
    size = generator(torch.zeros(1, noise_dim), torch.zeros(1, text_dim)).shape[-1]
    count = min(CHECKED_PICTURES, max(4, 2**22 // size**2))  # all 64 up to 256x256, fewer of the larger
    noise = random.standard_normal((count, noise_dim), dtype=np.float32)
    text_embedding = np.resize(text_embedding, (count, text_dim))

    expected = _draw_torch(generator, noise, text_embedding)
    arrange(generator)
    full = _export(generator, noise_dim, text_dim)
    measured = []
    for weights in ("fp16", "fp32"):
        data = (_halve(full) if weights == "fp16" else full).SerializeToString(deterministic=True)
        exported = _compare(weights, data, expected, noise, text_embedding)
        if exported.within_one_level >= WITHIN:
            write_bytes(path, data)
            return exported
        measured.append(f"{exported.within_one_level:.1%} with {weights}")
    raise ModisteError(
        f"expected the exported generator within 1/255 of torch at {WITHIN:.1%} of pixels, "
        f"found {' and '.join(measured)} weights; this torch and onnxruntime disagree on one of its layers"
    )


def _export(generator: nn.Module, noise_dim: int, text_dim: int) -> onnx.ModelProto:
    batch = torch.export.Dim("batch")
    with _quiet():
        program = torch.onnx.export(
            generator,
            (torch.zeros(2, noise_dim), torch.zeros(2, text_dim)),
            input_names=["noise", "text_embedding"],
            output_names=["image"],
            dynamic_shapes=({0: batch}, {0: batch}),
            opset_version=OPSET,
            dynamo=True,
            optimize=True,  # folds constants, and batch norm into the convolution before it
            verbose=False,
        )
    assert program is not None
    model: onnx.ModelProto = program.model_proto
    _strip(model)
    return model


def _strip(model: onnx.ModelProto) -> None:
    """Removes what the exporter notes for debugging: it names source files of this machine."""
    model.ClearField("metadata_props")
    model.ClearField("doc_string")
    graph = model.graph
    for field in ("metadata_props", "doc_string", "value_info"):
        graph.ClearField(field)
    for part in (*graph.node, *graph.initializer, *graph.input, *graph.output):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")


def _halve(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with its weights stored as fp16 and cast back to fp32, once, when it is loaded."""
    half = onnx.ModelProto()
    half.CopyFrom(model)
    del half.graph.initializer[:], half.graph.node[:]
    for tensor in model.graph.initializer:
        # Biases and scales are few: halving them would save nothing and cost precision.
        if tensor.data_type != TensorProto.FLOAT or len(tensor.dims) < 2:
            half.graph.initializer.append(tensor)
            continue
        with np.errstate(over="ignore"):  # an overflow shows in the comparison, and fp32 is kept
            values = numpy_helper.to_array(tensor).astype(np.float16)
        half.graph.initializer.append(numpy_helper.from_array(values, f"{tensor.name}.half"))
        half.graph.node.append(
            helper.make_node("Cast", [f"{tensor.name}.half"], [tensor.name], to=TensorProto.FLOAT)
        )
    half.graph.node.extend(model.graph.node)
    return half


def _draw_torch(generator: nn.Module, noise: Floats, text_embedding: Floats) -> Floats:
    # In batches, since torch packs a layer's weights anew for every call.
    inputs = (torch.from_numpy(noise), torch.from_numpy(text_embedding))
    with torch.no_grad():
        pieces = [[part[i : i + 16] for i in range(0, len(noise), 16)] for part in inputs]
        batches = [generator(*pair) for pair in zip(*pieces, strict=True)]
    return torch.cat(batches).numpy()


def _compare(weights: str, data: bytes, expected: Floats, noise: Floats, text_embedding: Floats) -> Exported:
    session = open_session(data, "the exported generator")
    within, largest = [], 0.0
    for i, image in enumerate(expected):
        inputs = {"noise": noise[i : i + 1], "text_embedding": text_embedding[i : i + 1]}
        drawn = session.run(["image"], inputs)[0][0]
        levels = np.nan_to_num(np.abs(drawn - image) * 127.5, nan=np.inf).max(axis=0)
        within.append(float((levels <= 1).mean()))
        largest = max(largest, float(levels.max()))
    return Exported(weights, len(expected), float(np.mean(within)), largest, len(data))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps the exporter's remarks on optional packages and its own deprecations off the screen."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
