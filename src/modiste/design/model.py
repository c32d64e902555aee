"""A model folder that draws: descriptions and seeds -> pictures."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from modiste.design.folder import CheckedFolder, check_folder
from modiste.errors import BadInput
from modiste.memory import keep_large_blocks
from modiste.randomness import seed_noise
from modiste.text.read import Encoder, check_description, read_encoder
from modiste.text.words import words

Floats = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]

MAX_THREADS = 8
"""A picture of 128x128 does not gain from more."""


def open_session(model: bytes, source: str, threads: int | None = None) -> onnxruntime.InferenceSession:
    """An onnxruntime session with the settings that every picture is drawn with.

    Args:
        model: a `generator.onnx`.
        source: what an error calls it.
        threads: threads for one picture; as many as there are cores if None.

    Raises:
        BadInput: the bytes are no ONNX model that this onnxruntime runs; `source` names it.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or _threads()
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # Threads that spin while they wait gain little here and starve a training beside them.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Never onnxruntime's own format, which it would otherwise tell by itself and check less.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions have no common class of their own
        raise BadInput(
            f"expected an ONNX model in {source}, onnxruntime refuses it: {_one_line(error)}"
        ) from None


class DesignModel:
    """A generator and its encoder, ready to draw.

    Attributes:
        name: the model's name.
        size: side of its pictures in pixels.
        sha256: hexadecimal SHA-256 of its `generator.onnx`.
        config: its whole `config.json`.
        encoder: turns descriptions into vectors.
    """

    def __init__(self, folder: CheckedFolder) -> None:
        self.config: dict[str, Any] = folder.config
        self.name: str = folder.config["name"]
        self.size: int = folder.config["size"]
        self.noise_dim: int = folder.config["noise_dim"]
        self.sha256 = folder.generator_sha256
        self.encoder: Encoder = read_encoder(folder.encoder, folder.path / "encoder.json")
        keep_large_blocks()
        self._open = partial(open_session, folder.generator, str(folder.path / "generator.onnx"))
        self._session = self._open()
        expected = {"noise": [self.noise_dim], "text_embedding": [folder.config["text_dim"]]}
        found = {part.name: part.shape[-1:] for part in self._session.get_inputs()}
        if found != expected:
            raise BadInput(f"expected a generator with the inputs {expected} in {folder.path}, found {found}")

    @classmethod
    def open(cls, path: Path) -> "DesignModel":
        """Opens a model folder; BadInput, before anything is loaded, if it is not what it says."""
        return cls(check_folder(path))

    @property
    def short_hash(self) -> str:
        """The first ten digits of `sha256`, as people write a model's hash."""
        return self.sha256[:10]

    @cached_property
    def vocabulary(self) -> dict[str, list[str]]:
        """Role -> values the training photos had, most frequent first, without those it hears no word of."""
        vocabulary: dict[str, list[str]] = self.config.get("vocabulary", {})
        return {
            role: [value for value in values if not set(self.unknown(value)) >= set(words(value))]
            for role, values in vocabulary.items()
        }

    def unknown(self, description: str) -> list[str]:
        """The description's words that this model never learnt, in order, each once."""
        return self.encoder.unknown(description)

    def heard(self, description: str) -> dict[str, tuple[str, ...]]:
        """Words and phrases that this model hears as words it learnt: crimson as red."""
        return self.encoder.heard(description)

    def draw(self, descriptions: Sequence[str], seeds: Sequence[int]) -> Pixels:
        """Draws a picture for each description with the noise of the seed beside it.

        Args:
            descriptions: n texts.
            seeds: n numbers from 0 to 2**63 - 1.

        Returns:
            Pictures [n, size, size, 3], sRGB. A picture depends on its own description and seed
            alone, not on what is drawn beside it.

        Raises:
            BadInput: a description is empty, too long or no text; a seed is out of range.
        """
        texts = [check_description(description) for description in descriptions]
        noise = np.stack([seed_noise(seed, self.noise_dim) for seed in seeds])
        return self.draw_vectors(noise, self.encoder.encode(texts))

    def draw_vectors(self, noise: Floats, text_embedding: Floats) -> Pixels:
        """Draws from noise [n, noise_dim] and text vectors [n, text_dim]: pictures [n, size, size, 3]."""
        # One picture a call: in a batch, onnxruntime may sum matrix products in another order than
        # alone, and the same seed would give another picture. Calls side by side are quicker.
        pictures = np.empty((len(noise), self.size, self.size, 3), np.uint8)
        if len(noise) == 1:
            pictures[0] = self._draw_one(self._session, noise, text_embedding)
            return pictures

        def draw(row: int) -> None:
            one = slice(row, row + 1)
            pictures[row] = self._draw_one(self._alone, noise[one], text_embedding[one])

        with ThreadPoolExecutor(_threads()) as pool:
            for _ in pool.map(draw, range(len(noise))):
                pass
        return pictures

    @cached_property
    def _alone(self) -> onnxruntime.InferenceSession:
        """Where pictures are drawn side by side, each has a core of its own."""
        return self._open(threads=1)

    def _draw_one(
        self, session: onnxruntime.InferenceSession, noise: Floats, text_embedding: Floats
    ) -> Pixels:
        try:
            image: Floats = session.run(["image"], {"noise": noise, "text_embedding": text_embedding})[0][0]
        except Exception as error:  # a graph whose parts do not fit shows it only when it runs
            raise BadInput(f"model {self.name} cannot draw: {_one_line(error)}; use another") from None
        if image.shape != (3, self.size, self.size) or image.dtype != np.float32:
            raise BadInput(
                f"expected pictures of 3x{self.size}x{self.size} in float32 from model {self.name}, "
                f"found {image.shape} in {image.dtype}"
            )
        if not np.isfinite(image).all():
            raise BadInput(
                f"model {self.name} draws values that are no numbers; its training diverged, use another"
            )
        return to_pixels(image).transpose(1, 2, 0)


def to_pixels(image: Floats) -> Pixels:
    """Values in [-1, 1] -> 0 to 255; what lies outside is clipped."""
    return np.clip(np.round((image + 1) * 127.5), 0, 255).astype(np.uint8)


def _threads() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MAX_THREADS)


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())[:200]
    return "".join(character for character in text if character.isprintable())
