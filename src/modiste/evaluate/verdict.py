"""The verdict in words: sentences that follow from the figures and claim nothing beyond them."""

from collections.abc import Sequence

from modiste.evaluate.in_short import COPIES_MARGIN, in_short
from modiste.evaluate.wording import (
    Figures,
    at,
    few,
    interval,
    joined,
    kid,
    kid_ends,
    leading,
    number,
    order,
    percent,
    repeats,
    titled,
    way,
)


def verdict(metrics: Figures) -> list[str]:
    """Sentences `Topic: …` from the figures of an evaluation, whichever of them are there.

    One contestant is said to be ahead of another only where their intervals (of KID: their spreads) do
    not meet. The retrieval baseline shows photos and is left out of what concerns drawing.
    """
    drawing = [c for c in metrics.get("contestants") or [] if c.get("kind") != "retrieval"]
    left_out = (metrics.get("left_out") or {}).items()
    topics = {
        **{titled(attribute): _text(metrics, attribute) for attribute in leading(metrics, "known")[:2]},
        "New pairs": _new_pairs(metrics, drawing),
        "Variety": _variety(metrics, drawing),
        "Likeness": _likeness(metrics, drawing),
        "Novelty": _novelty(drawing),
        "One word changed": [_one_word(contestant) for contestant in drawing],
        "Vanished": _vanished(drawing),
        "The game": [_game(contestant) for contestant in drawing],
        "Baseline": _baseline(metrics, drawing),
        "Weakest point": ["; ".join(filter(None, (_weakest(metrics, contestant) for contestant in drawing)))],
        "Not measured": ["; ".join(f"{what} ({why})" for what, why in left_out)],
    }
    said = {topic: ". ".join(filter(None, facts)) for topic, facts in topics.items()}
    first = [f"In short: {text}." for contestant in drawing if (text := in_short(metrics, contestant))]
    sentences = [*first, *(f"{topic}: {text}." for topic, text in said.items() if text)]
    return sentences or ["Not measured: this evaluation holds no figures."]


def _text(metrics: Figures, attribute: str) -> list[str]:
    contestants = metrics["contestants"]
    scores = {c["name"]: at(c, "alignment", "known", attribute) for c in contestants}
    scores = {name: score for name, score in scores.items() if score}
    told = [f"{percent(score['accuracy'])} by {name} ({interval(score)})" for name, score in scores.items()]
    ceiling = at(metrics, "ceiling", "known", attribute)
    told += [f"{percent(ceiling['accuracy'])} of real photos"] if ceiling else []
    facts = [f"Pictures in which the judge sees the named {attribute} of held-out products: {joined(told)}"]
    floors = {c["name"]: at(c, "floor", "known", attribute) for c in contestants}
    if found := sorted(floor["accuracy"] for floor in floors.values() if floor):
        ends = dict.fromkeys(percent(end) for end in (found[0], found[-1]))
        facts.append(f"With shuffled descriptions it would be {' to '.join(ends)}")
    above = [name for name, s in scores.items() if ceiling and s["low"] > ceiling["high"]]
    are = "are" if len(above) > 1 else "is"
    facts.append(f"{joined(above)} {are} above real photos, where more is not better" if above else "")
    lost = [name for name, s in scores.items() if floors[name] and s["low"] <= floors[name]["high"]]
    facts.append(f"{joined(lost)} cannot be told from shuffled descriptions here" if lost else "")
    drawn = [c["name"] for c in contestants if c.get("kind") != "retrieval"]
    ends_of = {name: (s["low"], s["high"]) for name, s in scores.items() if name in drawn}
    return [*facts, _ahead(ends_of, "intervals")]


def _ahead(ends: dict[str, tuple[float, float]], what: str) -> str:
    """Who is best (higher is better), if its interval lies clear of every other's."""
    if len(ends) < 2:
        return ""
    best, *others = sorted(ends, key=lambda name: -sum(ends[name]))
    level = [name for name in others if ends[name][1] >= ends[best][0]]
    behind = [name for name in others if name not in level]
    facts = [f"{joined([best, *level])} are not told apart: their {what} meet"] if level else []
    facts += [f"{best} is ahead of {joined(behind)}: the {what} do not meet"] if behind else []
    return ". ".join(facts)


def _new_pairs(metrics: Figures, drawing: Sequence[Figures]) -> list[str]:
    facts: list[str] = []
    for contestant in drawing:
        told = []
        for attribute in leading(metrics, "pairs")[:2]:
            score = at(contestant, "alignment", "pairs", attribute)
            new, known = (way(metrics, contestant, part, attribute) for part in ("pairs", "known"))
            if score:
                told.append(f"the named {attribute} in {percent(score['accuracy'])} ({interval(score)}")
            if score and new and known:
                change = "less" if new[2] < known[1] else "more" if new[1] > known[2] else ""
                told[-1] += f"; {percent(new[0])} of the way from floor to ceiling, for held-out products "
                told[-1] += f"{percent(known[0])}: {f'clearly {change}' if change else 'no clear difference'}"
        lead = "" if facts else "With colour and article that never met in training, "
        facts += [f"{lead}{contestant['name']} draws {joined(f'{text})' for text in told)}"] if told else []
    return facts


def _variety(metrics: Figures, drawing: Sequence[Figures]) -> list[str]:
    told, alike = [], []
    for contestant in drawing:
        variety = contestant.get("variety") or {}
        if "distinct" in variety:
            of = variety.get("of", 1)
            fact = f"{number(variety['distinct'], 2)}{f' of {of}' if of > 1 else ''} for {contestant['name']}"
            told.append(fact + (f" (recall {number(variety['recall'], 2)})" if "recall" in variety else ""))
            if repeats(variety["distinct"], of):
                alike.append(contestant["name"])
    if not told:
        return []
    distinct, recall = at(metrics, "reference", "distinct"), at(metrics, "reference", "likeness", "recall")
    real = [f"{number(distinct, 2)} distinct"] if distinct is not None else []
    real += [f"recall {number(recall, 2)}"] if recall is not None else []
    facts = [f"Distinct pictures of one description: {joined(told)}"]
    facts.append(f"Real photos have {joined(real)}" if real else "")
    warning = "For {}, nearly one picture is drawn again and again: its text figures count for little"
    return [*facts, warning.format(joined(alike)) if alike else ""]


def _likeness(metrics: Figures, drawing: Sequence[Figures]) -> list[str]:
    found = {c["name"]: c["likeness"] for c in drawing if at(c, "likeness", "kid") is not None}
    if not found:
        return []
    told = joined(f"{kid(likeness)} for {name}" for name, likeness in found.items())
    facts = [f"KID, the distance to held-out photos (lower is nearer), is {told}"]
    ends = {name: kid_ends(likeness) for name, likeness in found.items()}
    real = at(metrics, "reference", "likeness")
    if real and "kid" in real:
        facts.append(f"Of real photos to real photos it is {kid(real)}")
        if same := [name for name, (low, _) in ends.items() if low <= kid_ends(real)[1]]:
            facts.append(f"By KID, {joined(same)} cannot be told from photos")
    return [*facts, _ahead({name: (-high, -low) for name, (low, high) in ends.items()}, "spreads")]


def _novelty(drawing: Sequence[Figures]) -> list[str]:
    found = {c["name"]: c["novelty"] for c in drawing if at(c, "novelty", "copies") is not None}
    if not found:
        return []
    told = joined(f"{percent(novel['copies'])} of the pictures of {name}" for name, novel in found.items())
    facts = [f"Flagged as copies of training photos: {told}"]
    real = {name: novel["held_out_copies"] for name, novel in found.items() if "held_out_copies" in novel}
    copying = [name for name, share in real.items() if found[name]["copies"] - share >= COPIES_MARGIN]
    if real:
        ends = dict.fromkeys(percent(end) for end in (min(real.values()), max(real.values())))
        facts.append(f"The same rule flags {' to '.join(ends)} of held-out photos")
        facts.append(
            f"Clearly more, so copying: {joined(copying)}" if copying else "No clear sign of copying"
        )
    return facts


def _one_word(contestant: Figures) -> str:
    words = contestant.get("sensitivity") or {}
    shown = ((word, *_followed(words[word])) for word in order(words))
    told = joined(f"{which} {word} in {percent(share)}" for word, share, which in shown)
    kept = [(share, word, o) for word in words for o, share in (words[word].get("kept") or {}).items()]
    text = f"{contestant['name']} then shows {told} of pictures" if words else ""
    if kept:
        share, word, other = min(kept)
        text += f"; the rest stays in {percent(share)} or more (least: the {other} at a new {word}"
        repeated = (words[word].get("kept_by_seed") or {}).get(other)
        text += "" if repeated is None else f", and in {percent(repeated)} at a new seed of the same words"
        text += ")"
    return text


def _followed(figures: Figures) -> tuple[float, str]:
    """How often a changed word is obeyed: the new value is seen, or at least another than before."""
    return (figures["named"], "the new") if "named" in figures else (figures["changed"], "another")


def _vanished(drawing: Sequence[Figures]) -> list[str]:
    facts: dict[str, list[str]] = {}
    for contestant in drawing:
        coverage = contestant.get("coverage") or {}
        missing = {attribute: coverage[attribute].get("missing") for attribute in order(coverage)}
        told = joined(f"{few(values)} ({attribute})" for attribute, values in missing.items() if values)
        fact = f"The judge sees next to nothing of {told} in the pictures of" if told else ""
        facts.setdefault(fact, []).append(contestant["name"])
    return [f"{fact} {joined(names)}" for fact, names in facts.items() if fact]


def _game(contestant: Figures) -> str:
    curves = [at(contestant, "curves", name) or [] for name in ("hits_on_real", "hits_on_fake")]
    tails = [[hit for hit in curve[-max(1, len(curve) // 10) :] if hit is not None] for curve in curves]
    if not all(tails):
        return ""
    real, fake = (sum(tail) / len(tail) for tail in tails)
    won = ": it had all but won" if min(real, fake) >= 0.95 else ""
    right = f"right about {percent(real)} of photos and {percent(fake)} of drawn pictures"
    return f"At the end, {contestant['name']}'s discriminator was {right}{won}"


def _baseline(metrics: Figures, drawing: Sequence[Figures]) -> list[str]:
    retrieval = [c for c in metrics.get("contestants") or [] if c.get("kind") == "retrieval"]
    if not retrieval or not drawing:
        return []
    facts = [f"{joined(c['name'] for c in retrieval)} shows training photos: nothing it shows is new"]
    for attribute in leading(metrics, "known")[:1]:
        keys = ("alignment", "known", attribute, "accuracy")
        found = [[s for c in who if (s := at(c, *keys)) is not None] for who in (retrieval, drawing)]
        if all(found):
            shown, drawn = map(max, found)
            text = (
                f"It has the right {attribute} {'more' if shown > drawn else 'no more'} often than the best "
            )
            facts.append(f"{text}that draws ({percent(shown)} against {percent(drawn)})")
    return facts


def _weakest(metrics: Figures, contestant: Figures) -> str:
    """What falls shortest of real photos, as a share of what they reach."""
    points: list[tuple[float, str]] = []
    for part, where in (("known", "held-out products"), ("pairs", "pairs never trained on")):
        for attribute in leading(metrics, part):
            if place := way(metrics, contestant, part, attribute):
                text = f"the {attribute} of {where}, {percent(place[0])} of the way from floor to ceiling"
                points.append((place[0], text))
    for key in ("precision", "recall"):
        value, real = at(contestant, "likeness", key), at(metrics, "reference", "likeness", key)
        if value is not None and real:
            points.append((value / real, f"{key}, {number(value, 2)} against {number(real, 2)} of photos"))
    distinct, real = at(contestant, "variety", "distinct"), at(metrics, "reference", "distinct")
    if distinct is not None and real and real > 1:
        text = f"variety, {number(distinct, 2)} distinct pictures a description against {number(real, 2)}"
        points.append(((distinct - 1) / (real - 1), text))
    copies, real = at(contestant, "novelty", "copies"), at(contestant, "novelty", "held_out_copies")
    if copies is not None and real is not None:
        points.append((1 - copies + real, f"copies, {percent(copies)} against {percent(real)} of photos"))
    for word, figures in (contestant.get("sensitivity") or {}).items():
        share, which = _followed(figures)
        points.append((share, f"one word changed, {which} {word} in {percent(share)}"))
    return f"{contestant['name']}: {min(points)[1]}" if points else ""
