"""Made-up figures of an evaluation, in which a test changes the one that it is about."""

import json
from typing import Any

import numpy as np

SETS = {
    "known": ("held-out products", 503, "Men Navy Blue Shirts"),
    "pairs": ("colour x article pairs never trained on", 864, "Women Red Tshirts"),
    "short": ("short prompts", 200, "red dress"),
}
CEILING = {"article": 0.81, "colour": 0.66, "gender": 0.9, "style": 0.84}
FLOOR = {"article": 0.09, "colour": 0.12, "gender": 0.45, "style": 0.7}


def score(accuracy: float, count: int = 503) -> dict[str, float]:
    half = 1.96 * (accuracy * (1 - accuracy) / count) ** 0.5
    ends = {"low": accuracy - half, "high": accuracy + half}
    return {"accuracy": accuracy, "balanced": accuracy * 0.71, **ends, "count": count}


def contestant(name: str, strength: float, **changes: Any) -> dict[str, Any]:
    """One that gets `strength` (0 to 1) of the way from floor to ceiling."""
    reach = {"known": strength, "pairs": 0.9 * strength, "short": 0.8 * strength}
    spans = {a: CEILING[a] - FLOOR[a] for a in CEILING}
    lab = {**score(0.41 * strength), "floor_accuracy": 0.117, "delta_e": 18.2 / strength}
    rising = np.linspace(0.6, 0.9, 400).tolist()
    shares = {
        "Tshirts": [0.45, 0.51],
        "Shirts": [0.31, 0.33],
        "Heels": [0.2, 0.16],
        "Capris": [0.04, 0.0],
        "Ties": [0.0, 0.0],
    }
    near = {"median": 0.42, "held_out_median": 0.4, "copies": 0.01, "held_out_copies": 0.052}
    return {
        "name": name, "kind": "run", "family": "dcgan", "preset": "laptop", "images_seen": 255747,
        "steps": 3996, "minutes": 90.2, "sha256": "5f" * 32,
        "alignment": {
            p: {a: score(FLOOR[a] + reach[p] * spans[a], SETS[p][1]) for a in spans} for p in SETS
        },
        "floor": {p: {a: score(v, SETS[p][1]) for a, v in FLOOR.items()} for p in SETS},
        "colour_lab": dict.fromkeys(SETS, lab),
        "sensitivity": {
            "colour": {"changed": 0.83, "kept": {"article": 0.93, "gender": 0.97},
                       "kept_by_seed": {"article": 0.95, "gender": 0.98}, "outline": 0.89,
                       "outline_by_seed": 0.72, "pictures": 300},
            "article": {"changed": 0.44, "kept": {"colour": 0.71, "gender": 0.88},
                        "kept_by_seed": {"colour": 0.77, "gender": 0.96}, "outline": 0.51,
                        "outline_by_seed": 0.72, "pictures": 300},
        },
        "variety": {"distinct": 5.37, "of": 6, "recall": 0.314},
        "recall": {"known": 0.2217, "short": 0.1913},
        "likeness": {"kid": 0.0343 / strength, "kid_spread": 0.0031, "frechet": 51.23, "precision": 0.614,
                     "recall": 0.314, "pictures": 2000, "photos": 503},
        "novelty": {"features": near, "pixels": near, "copies": 0.004, "held_out_copies": 0.012,
                    "pictures": 499, "held_out_photos": 498, "training_photos": 4807},
        "coverage": {"article": {"missing": ["Capris"], "shares": shares, "photos": 502, "pictures": 501}},
        "curves": {
            "images": np.linspace(64, 255747, 400).tolist(), "hits_on_real": rising, "hits_on_fake": rising,
            "loss_discriminator": [2 - loss for loss in rising], "loss_generator": rising,
        },
        **changes,
    }  # fmt: skip


def figures() -> dict[str, Any]:
    """A whole evaluation: two runs and the baseline, which has neither curves nor words changed."""
    retrieval = contestant("retrieval", 0.95, kind="retrieval")
    del retrieval["sensitivity"], retrieval["curves"]
    likeness = {"kid": 0.0004, "kid_spread": 0.0006, "frechet": 12.4, "precision": 0.83, "recall": 0.81}
    judged = {a: {"values": ["a", "b"], "accuracy": v, "balanced": v - 0.1} for a, v in CEILING.items()}
    ceiling = {a: score(v) for a, v in CEILING.items()}
    metrics = {
        "format": "modiste-evaluation", "version": 1, "date": "2026-11-24", "seed": 1234, "seconds": 210.3,
        "machine": "2 cores, Linux", "versions": {"modiste": "0.1.0", "torch": "2.10.0"},
        "catalogue": {"name": "c128", "sha256": "a7" * 32, "size": 128, "train": 4807, "test": 503},
        "warnings": ["only 120 held-out photos: intervals are wide"],
        "left_out": {"fid": "no folder given with --inception"}, "features": "efficientnet-lite0",
        "judge": {"kind": "lite1", "photos": 4807, "held_out": 503, "seconds": 131.0, "attributes": judged},
        "sets": {part: {"title": title, "descriptions": count, "pictures": count, "example": example}
                 for part, (title, count, example) in SETS.items()},
        "ceiling": dict.fromkeys(("known", "pairs"), ceiling),
        "contestants": [contestant("dcgan128", 0.6), contestant("wide", 0.4), retrieval],
        "reference": {"likeness": {**likeness, "pictures": 251, "photos": 252}, "distinct": 5.9,
                      "recall": {"known": 0.75, "short": 0.76}},
    }  # fmt: skip
    return json.loads(json.dumps(metrics))  # as a file gives it: no part is shared
