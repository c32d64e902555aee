"""Random numbers without a state: each is a function of (seed, purpose, index of the sample).

A resumed run therefore repeats and misses nothing, and many workers draw what one would.
Philox is a counter-based generator (Salmon et al., SC 2011): any position can be reached at once.
"""

import zlib

import numpy as np
import numpy.typing as npt

from modiste.errors import BadInput

Floats = npt.NDArray[np.float32]

MAX_SEED = 2**63 - 1


def check_seed(seed: int) -> int:
    """The seed if it is from 0 to 2**63 - 1; BadInput otherwise."""
    if not 0 <= seed <= MAX_SEED:
        raise BadInput(f"seed must be from 0 to {MAX_SEED}, got {seed}")
    return seed


def uniforms(seed: int, purpose: str, first: int, count: int, width: int) -> npt.NDArray[np.float64]:
    """Uniform numbers in (0, 1), [count, width]: row i belongs to sample `first + i` alone."""
    blocks = -(-width // 4)  # one Philox counter step gives four 64-bit words
    generator = np.random.Philox(key=[seed, zlib.crc32(purpose.encode())])
    generator.advance(first * blocks)
    words = generator.random_raw(count * blocks * 4).reshape(count, blocks * 4)[:, :width]
    return ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def normals(seed: int, purpose: str, first: int, count: int, width: int) -> Floats:
    """Standard normal numbers, [count, width], by Box and Muller (1958) from `uniforms`."""
    half = -(-width // 2)
    pairs = uniforms(seed, purpose, first, count, 2 * half)
    radius = np.sqrt(-2.0 * np.log(pairs[:, :half]))
    angle = 2.0 * np.pi * pairs[:, half:]
    both = np.concatenate([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return both[:, :width].astype(np.float32)


def permutation(seed: int, purpose: str, round: int, count: int) -> npt.NDArray[np.int64]:
    """A shuffled order of 0 to count - 1, another one for each `round`."""
    return np.random.Generator(
        np.random.Philox(key=[seed, zlib.crc32(purpose.encode())], counter=[0, 0, 0, round + 1])
    ).permutation(count)


def seed_noise(seed: int, noise_dim: int) -> Floats:
    """The noise [noise_dim] that a picture's seed stands for, in training sheets and designs alike."""
    noise: Floats = normals(check_seed(seed), "picture", 0, 1, noise_dim)[0]
    return noise
