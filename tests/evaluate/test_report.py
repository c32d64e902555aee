"""The report on made-up figures: every claim of the page is checked against the figures it is made from."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from modiste.evaluate.gallery import Gallery
from modiste.evaluate.report import write_report
from modiste.evaluate.verdict import verdict
from modiste.wardrobe import draw, garment

from .made_up import FLOOR, figures, score


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


def test_what_stays_at_a_new_word_stands_beside_what_stays_at_a_new_seed(tmp_path: Path) -> None:
    text = re.sub(r"<[^>]+>", " ", page(tmp_path, figures()))
    assert re.search(r"The outline stays\s+89%\s+at a new seed\s+72%", text, re.IGNORECASE)
    assert re.search(r"The article stays\s+93%\s+at a new seed\s+95%", text, re.IGNORECASE)


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
        assert set(each["recall"].values()) <= exact
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


def test_the_page_says_from_how_many_pictures_each_figure_is(tmp_path: Path) -> None:
    text = page(tmp_path, figures())
    assert "of 5 values, in 502 photos and 501 pictures of each" in text
    counts = text[text.index("From how many") :]
    for what, count in (("pictures", 499), ("held-out photos", 498), ("training photos", 4807)):
        (row,) = re.findall(rf'<th scope="row">novelty, {what}</th>(.*?)</tr>', counts)
        assert row.count(f">{count:,}<") == 3
    (row, *_) = re.findall(r'<th scope="row">article, pictures</th>(.*?)</tr>', text)
    assert row.count(">503<") == 4


def test_only_what_vanished_is_marked_as_gone(tmp_path: Path) -> None:
    text = page(tmp_path, figures())
    rows = re.findall(r'<th scope="row">(\w+)</th>((?:<td><span class="share.*?</td>)+)', text)
    assert {value: cells.count("share gone") for value, cells in rows if "gone" in cells} == {"Capris": 3}
    assert "Ties" in dict(rows)


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
