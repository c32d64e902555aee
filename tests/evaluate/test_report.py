"""The report on made-up figures: every claim of the page is checked against the figures it is made from."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modiste.evaluate.gallery import Gallery
from modiste.evaluate.report import write_report
from modiste.evaluate.verdict import verdict
from modiste.evaluate.wording import percent
from modiste.wardrobe import draw, garment

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
    shares = {"Tshirts": [0.45, 0.51], "Shirts": [0.31, 0.33], "Heels": [0.2, 0.16], "Capris": [0.04, 0.0]}
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
            "colour": {"changed": 0.83, "kept": {"article": 0.93, "gender": 0.97}, "pictures": 300},
            "article": {"changed": 0.44, "kept": {"colour": 0.71, "gender": 0.88}, "pictures": 300},
        },
        "variety": {"distinct": 5.37, "of": 6, "recall": 0.314},
        "likeness": {"kid": 0.0343 / strength, "kid_spread": 0.0031, "frechet": 51.23, "precision": 0.614,
                     "recall": 0.314, "pictures": 2000, "photos": 503},
        "novelty": {"features": near, "pixels": near, "copies": 0.004, "held_out_copies": 0.012},
        "coverage": {"article": {"missing": ["Capris"], "shares": shares}},
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
        "reference": {"likeness": {**likeness, "pictures": 251, "photos": 252}, "distinct": 5.9},
    }  # fmt: skip
    return json.loads(json.dumps(metrics))  # as a file gives it: no part is shared


def parts(tree: dict[str, Any], depth: int = 3) -> Iterator[str]:
    for key, value in tree.items():
        inner = value[0] if key == "contestants" else value
        below = parts(inner, depth - 1) if isinstance(inner, dict) and depth > 1 else ()
        yield from (part for part in (key, *(f"{key}/{part}" for part in below)) if "name" not in part)


def without(part: str) -> dict[str, Any]:
    """The figures without a part; below `contestants`, without it in each of them."""
    metrics = figures()
    *parents, last = part.split("/")
    for index in range(len(metrics["contestants"])):
        tree: Any = metrics
        for key in parents:
            tree = tree[key][index] if key == "contestants" else tree.get(key, {})
        tree.pop(last, None)
    return metrics


@cache
def pictures(size: int) -> list[Any]:
    return [draw(garment(1, index), size) for index in range(6)]


def gallery(size: int = 32, rows: int = 2) -> Gallery:
    shown, names = pictures(size), ("dcgan128", "wide", "retrieval")
    sheet = [(f"men navy blue shirts {row} (known)", shown) for row in range(rows)]
    closest = [(shown[0], shown[i], 0.1 * i, f"10{i}") for i in range(1, 4)]
    return Gallery(dict.fromkeys(names, sheet), dict.fromkeys(names, closest))


def page(tmp_path: Path, metrics: dict[str, Any], shown: Gallery | None = None) -> str:
    return write_report(tmp_path, metrics, shown or gallery()).read_text(encoding="utf-8")


def said(metrics: dict[str, Any], topic: str) -> str:
    return next((text for text in verdict(metrics) if text.startswith(f"{topic}: ")), "")


@pytest.mark.parametrize("part", list(parts(figures())))
def test_any_part_may_be_absent(part: str, tmp_path: Path) -> None:
    text = page(tmp_path, without(part))
    assert text.rstrip().endswith("</html>")
    assert not re.search(r"\bNone\b|\bnan\b|\{\}|\[\]|\$", text.split("</style>")[1])


def test_a_report_without_figures_or_pictures_says_why(tmp_path: Path) -> None:
    text = page(tmp_path, {"left_out": {"alignment": "the catalogue has no attributes"}}, Gallery({}, {}))
    for part in ("text", "colour", "words", "coverage"):
        section = text.split(f'id="{part}"')[1].split("</section>")[0]
        assert "Not in this report: the catalogue has no attributes." in section
    assert "<img" not in text
    assert verdict({}) == ["Not measured: this evaluation holds no figures."]


def test_foreign_text_stays_text(tmp_path: Path) -> None:
    evil = "<script>alert('&\"</p>"
    swap = ("dcgan128", "Capris", "c128", "laptop", "lite1", "held-out products", "style", "torch")

    def infect(tree: Any) -> Any:
        if isinstance(tree, dict):
            return {evil if key in swap else key: infect(value) for key, value in tree.items()}
        if isinstance(tree, list):
            return [infect(value) for value in tree]
        return evil if isinstance(tree, str) and tree in swap else tree

    metrics = {**infect(figures()), "warnings": [evil], "left_out": {evil: evil}, "machine": evil}
    metrics["sets"]["known"]["example"] = evil
    rows = [(evil, gallery().sheets["wide"][0][1])]
    closest = [(*pair[:3], evil) for pair in gallery().closest["wide"]]
    text = page(tmp_path, metrics, Gallery({evil: rows, "wide": rows}, {evil: closest}))
    assert "<script" not in text
    assert text.count("&lt;script&gt;") > 20
    assert text.count("<p>") + text.count("<p ") == text.count("</p>")
    assert all(alt.count('"') == 2 for alt in re.findall(r" alt=[^>]*>", text))


def test_the_page_asks_for_nothing_from_outside(tmp_path: Path) -> None:
    text = page(tmp_path, figures())
    addresses = re.findall(r"""(?:src|href|action|srcset|data)\s*=\s*["']?([^"'\s>]+)""", text)
    inside = {address[1:] for address in addresses if address.startswith("#")}
    assert len(inside) > 10
    assert all(f'id="{target}"' in text for target in inside)
    assert all(address.startswith(("data:image/webp;base64,", "#")) for address in addresses)
    assert not re.search(r"url\(|@import|<script|<link|<iframe|https?:", text)


def test_figures_on_the_page_are_those_of_the_metrics(tmp_path: Path) -> None:
    metrics = figures()
    metrics["contestants"][1]["alignment"]["pairs"]["gender"]["accuracy"] = 0.12345
    metrics["contestants"][0]["likeness"]["frechet"] = 77.654321
    shown = re.findall(r'<data value="([^"]+)">([^<]+)</data>', page(tmp_path, metrics))
    assert ("0.12345", "12%") in shown
    assert ("77.654321", "77.7") in shown
    exact = {float(value) for value, _ in shown}
    for each in metrics["contestants"]:
        for part in each["alignment"].values():
            assert {figure[key] for figure in part.values() for key in ("accuracy", "balanced")} <= exact
        for key in ("accuracy", "floor_accuracy", "delta_e"):
            assert {figure[key] for figure in each["colour_lab"].values()} <= exact
        assert {each["variety"]["distinct"], each["variety"]["recall"], each["novelty"]["copies"]} <= exact
        assert {each["likeness"][key] for key in ("kid", "frechet", "precision")} <= exact
    for value, written in shown:  # what is read is the exact value, rounded
        read = float(re.sub(r"[,%]| ±.*", "", written)) / (100 if "%" in written else 1)
        assert read == pytest.approx(float(value), rel=0.02, abs=0.0051)


def test_bars_ceiling_and_floor_stand_at_their_figures(tmp_path: Path) -> None:
    metrics = figures()
    metrics["contestants"] = metrics["contestants"][:1]
    metrics["contestants"][0]["alignment"]["known"]["article"] = score(0.5)
    metrics["ceiling"]["known"]["article"] = score(1.0)
    chart = re.findall(r'<svg class="chart".*?</svg>', page(tmp_path, metrics))[0]
    assert 'aria-label="Article: dcgan128 50%, real photos 100%"' in chart
    track, bar = (float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', chart))
    assert bar == pytest.approx(track / 2)
    ends = [float(re.findall(rf'class="{kind}" d="M([\d.]+) ', chart)[0]) for kind in ("ceiling", "floor")]
    assert ends == pytest.approx([track, track * FLOOR["article"]], abs=1.5)


def test_every_picture_has_words_and_stands_once(tmp_path: Path) -> None:
    text = page(tmp_path, figures(), gallery(rows=3))
    alts = re.findall(
        r'<img src="data:image/webp;base64,[^"]+" width="\d+" height="\d+" alt="([^"]+)">', text
    )
    assert len(alts) == len(set(alts)) == text.count("<img") == 3 * 3 + 3 * 3
    assert "6 pictures by wide: men navy blue shirts 1 (known)" in alts
    assert "drawn by wide, and training photo 102" in alts


def test_the_page_stays_small_with_many_pictures(tmp_path: Path) -> None:
    assert write_report(tmp_path, figures(), gallery(size=128, rows=24)).stat().st_size < 5_000_000


def test_a_reader_of_the_old_report_is_not_cut_off(tmp_path: Path) -> None:
    old = page(tmp_path, figures())
    with (tmp_path / "report.html").open(encoding="utf-8") as reader:
        new = page(tmp_path, {**figures(), "date": "2027-01-01"})
        assert reader.read() == old != new
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


TEXT, PAIRS = "0/alignment/known/article", "0/alignment/pairs/article"
WON = {"hits_on_real": [0.5, *[0.99] * 10], "hits_on_fake": [0.5, *[0.96] * 10]}
CLAIMS = [
    ("Article", TEXT, score(0.2), "wide is ahead of dcgan128: the intervals do not meet"),
    ("Article", TEXT, score(0.4), "are not told apart: their intervals meet"),
    ("Article", TEXT, score(0.98), "dcgan128 is above real photos, where more is not better"),
    ("Article", TEXT, score(0.1), "dcgan128 cannot be told from shuffled descriptions here"),
    ("Baseline", TEXT, score(0.8), "no more often than the best that draws (77% against 80%)"),
    ("New pairs", PAIRS, score(0.2, 864), "15% of the way from floor to ceiling, for held-out products 60%"),
    ("New pairs", PAIRS, score(0.2, 864), "60%: clearly less"),
    ("New pairs", PAIRS, score(0.7, 864), "60%: clearly more"),
    ("New pairs", PAIRS, score(0.98, 864), "100% of the way from floor to ceiling, for held-out"),
    ("Variety", "1/variety/distinct", 1.1, "For wide, nearly one picture is drawn again and again"),
    ("Likeness", "1/likeness/kid", 0.058, "dcgan128 and wide are not told apart: their spreads meet"),
    ("Likeness", "1/likeness/kid", 0.01, "wide is ahead of dcgan128: the spreads do not meet"),
    ("Likeness", "1/likeness/kid", 0.002, "By KID, wide cannot be told from photos"),
    ("Novelty", "0/novelty/copies", 0.2, "Clearly more, so copying: dcgan128."),
    ("One word changed", "0/sensitivity/colour/named", 0.6, "the new colour in 60% of pictures"),
    ("Vanished", "0/coverage/article/missing", ["Heels"], "Heels (article) in the pictures of dcgan128"),
    ("The game", "0/curves", WON, "99% of photos and 96% of drawn pictures: it had all but won"),
    ("Weakest point", "0/likeness/precision", 0.1, "dcgan128: precision, 0.1 against 0.83 of photos"),
    ("Weakest point", "0/novelty/copies", 0.9, "dcgan128: copies, 90% against 1.2% of photos"),
    ("Weakest point", "0/sensitivity/colour/named", 0.1, "one word changed, the new colour in 10%"),
]  # fmt: skip


@pytest.mark.parametrize(("topic", "path", "value", "claim"), CLAIMS)
def test_a_claim_is_made_when_its_figure_says_so(topic: str, path: str, value: Any, claim: str) -> None:
    metrics = figures()
    assert claim not in said(metrics, topic)
    *parents, last = path.split("/")
    tree: Any = metrics["contestants"]
    for key in parents:
        tree = tree[int(key) if key.isdigit() else key]
    tree[last] = value
    assert claim in said(metrics, topic)


def test_of_three_the_best_is_told_from_the_worst() -> None:
    metrics = figures()
    metrics["contestants"][2:2] = [contestant("third", 0.58), contestant("last", 0.1)]
    text = said(metrics, "Article")
    assert "dcgan128 and third are not told apart: their intervals meet." in text
    assert "dcgan128 is ahead of wide and last: the intervals do not meet" in text


def test_the_retrieval_baseline_never_leads() -> None:
    metrics = figures()
    assert not any("retrieval is ahead" in text for text in verdict(metrics))
    assert "more often than the best that draws (77% against 52%)" in said(metrics, "Baseline")
    del metrics["contestants"][2]["alignment"]
    assert "often" not in said(metrics, "Baseline")


def test_copies_are_no_copying_where_held_out_photos_have_as_many() -> None:
    metrics = figures()
    metrics["contestants"][0]["novelty"] = {"copies": 0.2, "held_out_copies": 0.19}
    assert "No clear sign of copying" in said(metrics, "Novelty")


def test_an_attribute_that_the_judge_cannot_see_is_no_weak_point() -> None:
    metrics = figures()
    for each in metrics["contestants"]:
        each["alignment"] = each["floor"] = {"known": {"style": score(0.7)}}
    metrics["ceiling"]["known"]["style"] = score(0.76)
    assert "style" not in said(metrics, "Weakest point")
    metrics["ceiling"]["known"]["style"] = score(0.9)
    assert "the style of held-out products, 0% of the way" in said(metrics, "Weakest point")


def test_a_rounded_share_says_none_or_all_only_where_it_is() -> None:
    shares = {
        0: "0%",
        0.0001: "<0.1%",
        0.004: "0.4%",
        0.52: "52%",
        0.996: "99.6%",
        0.9999: ">99.9%",
        1: "100%",
    }
    assert {share: percent(share) for share in shares} == shares
