"""The first words of a verdict: what a contestant is like, for someone who knows none of the figures."""

from modiste.evaluate.wording import Figures, at, joined, kid_ends, leading, number, percent, repeats, way

COPIES_MARGIN = 0.02
"""A share of copies is called higher than that of held-out photos from two points above it."""


def in_short(metrics: Figures, contestant: Figures) -> str:
    """Sentences without a term: does it obey, look like photos, vary, copy; empty if nothing is known."""
    told = (_obeys(metrics, contestant), _looks(metrics, contestant), _varies(metrics, contestant))
    facts = [fact for fact in (*told, _copies(contestant)) if fact]
    return f"{contestant['name']} {'. It '.join(facts)}" if facts else ""


def _obeys(metrics: Figures, contestant: Figures) -> str:
    """How surely it shows what is named, by whether the intervals of the figure and of photos meet."""
    told = []
    for part, where in (("known", ""), ("pairs", "in pairs never trained on, ")):
        graded: dict[str, list[str]] = {}
        for attribute in leading(metrics, part)[:2]:
            if place := way(metrics, contestant, part, attribute):
                score, floor = (at(contestant, figure, part, attribute) for figure in ("alignment", "floor"))
                chance = score["low"] <= floor.get("high", floor["accuracy"])
                graded.setdefault(_grade(place, chance), []).append(attribute)
        named = joined(f"the named {joined(names)} {grade}" for grade, names in graded.items())
        told += [where + named] if named else []
    return f"shows {'; '.join(told)}" if told else ""


def _grade(place: tuple[float, ...], chance: bool) -> str:
    if chance and place[2] >= 1:
        return "in too few pictures to tell"
    if place[2] >= 1:
        return "as surely as photos do"
    if chance:
        return "not clearly more often than by chance"
    return f"less surely than photos ({percent(place[0])} of the way from chance to them)"


def _looks(metrics: Figures, contestant: Figures) -> str:
    drawn, real = at(contestant, "likeness"), at(metrics, "reference", "likeness")
    known = at(drawn, "kid") is not None and at(real, "kid") is not None
    if known and kid_ends(drawn)[0] <= kid_ends(real)[1]:
        return "cannot be told from photos as a whole"
    share, whole = at(drawn, "precision"), at(real, "precision")
    if share is None:
        return ""
    beside = f" (of photos, {percent(whole)})" if whole is not None else ""
    return f"looks like the catalogue's photos in {percent(share)} of its pictures{beside}"


def _varies(metrics: Figures, contestant: Figures) -> str:
    """Within one description, and over all of them."""
    distinct, of = at(contestant, "variety", "distinct"), at(contestant, "variety", "of")
    share, whole = at(contestant, "variety", "recall"), at(metrics, "reference", "likeness", "recall")
    told = []
    if distinct is not None and of:
        many = f"{number(distinct, 2)} different pictures"
        drawn = "nearly the same picture" if repeats(distinct, of) else many
        told.append(f"draws {drawn} when one description is asked {of} times")
    if share is not None:
        beside = f" (photos, {percent(whole)})" if whole is not None else ""
        told.append(f"covers {percent(share)} of the variety of the photos in all{beside}")
    return joined(told)


def _copies(contestant: Figures) -> str:
    copies, real = at(contestant, "novelty", "copies"), at(contestant, "novelty", "held_out_copies")
    if copies is None or real is None:
        return ""
    return "copies training photos" if copies - real >= COPIES_MARGIN else "shows no sign of copying"
