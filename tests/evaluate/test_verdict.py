"""The verdict on made-up figures: a sentence is said where its figure says so, and not otherwise."""

from typing import Any

import pytest

from modiste.evaluate.verdict import verdict
from modiste.evaluate.wording import percent

from .made_up import contestant, figures, score


def said(metrics: dict[str, Any], topic: str) -> str:
    return " ".join(text for text in verdict(metrics) if text.startswith(f"{topic}: "))


TEXT, PAIRS = "0/alignment/known/article", "0/alignment/pairs/article"
WON = {"hits_on_real": [0.5, *[0.99] * 10], "hits_on_fake": [0.5, *[0.96] * 10]}
CLAIMS = [
    ("In short", TEXT, score(0.8), "article as surely as photos do and the named colour less surely"),
    ("In short", TEXT, score(0.09), "shows the named article not clearly more often than by chance"),
    ("In short", TEXT, score(0.45, 6), "shows the named article in too few pictures to tell"),
    ("In short", PAIRS, score(0.2, 864), "never trained on, the named article less surely than photos (15%"),
    ("In short", "1/likeness/precision", 0.3, "photos in 30% of its pictures (of photos, 83%)"),
    ("In short", "1/likeness/kid", 0.002, "It cannot be told from photos as a whole"),
    ("In short", "1/variety/distinct", 1.1, "It draws nearly the same picture when one description is asked"),
    ("In short", "1/variety/recall", 0.1, "covers 10% of the variety of the photos in all (photos, 81%)"),
    ("In short", "0/novelty/copies", 0.2, "It copies training photos"),
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


def test_in_short_stands_first_for_each_that_draws_and_groups_what_is_alike() -> None:
    first, second, *rest = verdict(figures())
    how = "shows the named article and colour less surely than photos"
    assert first.startswith(f"In short: dcgan128 {how} (60%")
    assert second.startswith(f"In short: wide {how} (40%")
    assert not any(text.startswith("In short") for text in rest)


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
