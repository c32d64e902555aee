"""`report.html`: an evaluation as one self-contained page, for a designer to read and an engineer to trust.

The prose and the looks are in the template beside this file; here the figures find their places. All that
comes from a catalogue or a model (names, descriptions, values) is escaped.
"""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from string import Template

from modiste import files
from modiste.evaluate import plots
from modiste.evaluate.gallery import Gallery, closest, sheets
from modiste.evaluate.plots import Row, contestants, data, grid, table
from modiste.evaluate.verdict import verdict
from modiste.evaluate.wording import Figures, at, few, joined, leading, number, order, percent, titled
from modiste.report_style import report_style

SETS = {"known": "held-out products", "pairs": "pairs never trained on"}
LIKENESS = {
    "kid": ("KID", "lower is nearer"), "frechet": ("Fréchet distance", "lower is nearer"),
    "fid": ("FID, Inception-v3", "lower is nearer"), "precision": ("Precision", "higher is nearer"),
    "recall": ("Recall", "higher is more varied"),
}  # fmt: skip
CURVES = {
    "loss_discriminator": "Discriminator loss", "loss_generator": "Generator loss",
    "hits_on_real": "Hits on photos", "hits_on_fake": "Hits on drawn pictures",
}  # fmt: skip
COUNTS = {
    ("likeness", "pictures"): "pictures", ("likeness", "photos"): "held-out photos",
    ("variety", "descriptions"): "descriptions", ("variety", "of"): "seeds of each",
    ("novelty", "pictures"): "pictures", ("novelty", "held_out_photos"): "held-out photos",
    ("novelty", "training_photos"): "training photos",
}  # fmt: skip
REAL_RECALL, REAL_DISTINCT = ("reference", "likeness", "recall"), ("reference", "distinct")
BECAUSE = dict.fromkeys(("colour_lab", "sensitivity", "coverage", "judge"), "alignment")
"""Sections that rest on the catalogue's attributes, whose absence is explained where alignment's is."""


class Page(Template):
    """The template; a name with dots in it is a path into the metrics, as `${judge.photos}`."""

    idpattern = r"[a-z_0-9]+(?:\.[a-z_0-9]+)*"


class Words(dict[str, str]):
    """What the template asks for: a section by name, or a single figure by its path in the metrics."""

    def __init__(self, metrics: Figures, sections: dict[str, str]) -> None:
        super().__init__(sections)
        self.metrics = metrics

    def __missing__(self, path: str) -> str:
        value = at(self.metrics, *path.split("."))
        if value is None:
            return "not recorded"
        return f"{value:,.0f}" if isinstance(value, float | int) else escape(str(value))


def write_report(out: Path, metrics: Figures, gallery: Gallery) -> Path:
    """Writes `out/report.html` whole and returns its path.

    Args:
        out: the report's folder, made if needed.
        metrics: what `metrics.json` holds; of any part that is absent the page says so, and why.
        gallery: the pictures; where there are none, the page says so too.
    """
    names = [c["name"] for c, _ in contestants(metrics)]
    left_out, versions = metrics.get("left_out") or {}, metrics.get("versions") or {}
    sections = {
        "summary": _summary(metrics), "alignment": _alignment(metrics), "colour_lab": _colour(metrics),
        "sensitivity": _sensitivity(metrics), "likeness": _likeness(metrics), "variety": _variety(metrics),
        "novelty": _novelty(metrics) + closest(gallery, names), "coverage": _coverage(metrics),
        "curves": _curves(metrics), "sheets": sheets(gallery, names), "judge": _judge(metrics),
        "counts": _counts(metrics),
    }  # fmt: skip
    sections = {name: body or _absent(left_out, name) for name, body in sections.items()}
    sections |= {
        "style": report_style(),
        "title": escape(f"Evaluation of {joined(names)}" if names else "Evaluation"),
        "warnings": _list(metrics.get("warnings") or [], "warnings"),
        "verdict": _verdict(metrics.get("verdict") or verdict(metrics)),
        "seed": str(metrics.get("seed", "not recorded")),
        "compared": _compared(metrics),
        "versions": escape(joined(f"{name} {version}" for name, version in versions.items()))
        or "not recorded",
        "left_out": _list((f"Left out, {what}: {why}" for what, why in left_out.items()), "absent"),
    }
    template = Page(Path(__file__).with_name("report.html").read_text(encoding="utf-8"))
    files.write_text(out / "report.html", template.substitute(Words(metrics, sections)))
    return out / "report.html"


def _absent(left_out: dict[str, str], name: str) -> str:
    reason = left_out.get(name) or left_out.get(BECAUSE.get(name, name)) or "this evaluation has none"
    return f'<p class="absent">Not in this report: {escape(reason)}.</p>'


def _list(texts: Iterable[str], style: str) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f'<ul class="{style}">{items}</ul>' if items else ""


def _verdict(sentences: Sequence[str]) -> str:
    parts = [sentence.split(": ", 1) if ": " in sentence else ("", sentence) for sentence in sentences]
    items = "".join(f"<li><b>{escape(topic)}</b> <span>{escape(text)}</span></li>" for topic, text in parts)
    return f'<ul class="verdict">{items}</ul>'


def _set(metrics: Figures, part: str) -> str:
    return escape(str(at(metrics, "sets", part, "title") or SETS.get(part, part)))


def _keys(metrics: Figures, *keys: str) -> list[str]:
    """What any contestant has under the keys, attributes in their order."""
    return order(dict.fromkeys(key for c, _ in contestants(metrics) for key in at(c, *keys) or {}))


def _text_rows(
    metrics: Figures, part: str, figure: str, note: str = "", write: Callable[[float], str] = percent
) -> list[Row]:
    return [
        (escape(name) + note, ("alignment", part, name, figure), ("ceiling", part, name, figure), write)
        for name in leading(metrics, part)
    ]


def _beside(metrics: Figures) -> list[Row]:
    """What text figures are read beside, so that one perfect picture drawn again and again cannot win."""
    of = next((of for c, _ in contestants(metrics) if (of := at(c, "variety", "of"))), "several")
    distinct = f"Distinct pictures<small>of {of} for one description</small>"
    return [
        ("Recall<small>higher is more varied</small>", ("variety", "recall"), REAL_RECALL, number),
        (distinct, ("variety", "distinct"), REAL_DISTINCT, number),
    ]


def _summary(metrics: Figures) -> str:
    groups: list[tuple[str, list[Row]]] = [
        (f"Obeys the text: {_set(metrics, part)}", _text_rows(metrics, part, "accuracy")) for part in SETS
    ]
    like: list[Row] = [
        (f"{name}<small>{which}</small>", ("likeness", key), ("reference", "likeness", key), number)
        for key, (name, which) in LIKENESS.items()
        if key != "recall"
    ]
    groups += [("Is varied", _beside(metrics)), ("Looks like photos", like)]
    groups += [("Is new", [("flagged as copies", ("novelty", "copies"), (), percent)])]
    return plots.matrix(metrics, "The contestants side by side", groups)


def _alignment(metrics: Figures) -> str:
    page = ""
    for part in _keys(metrics, "alignment"):
        title, drawn = _set(metrics, part), at(metrics, "sets", part) or {}
        said = [f"{drawn[key]:,} {key}" for key in ("descriptions", "pictures") if key in drawn]
        said += [f"for example “{drawn['example']}”"] if "example" in drawn else []
        page += f'<h3>{title[:1].upper()}{title[1:]}</h3><p class="soft">{escape(", ".join(said))}</p>'
        figures = [
            plots.bars(metrics, titled(name), ("alignment", part, name), ("ceiling", part, name))
            for name in leading(metrics, part)
        ]
        recall = ("recall", part), ("reference", "recall", part)
        page += grid([*figures, plots.dots(metrics, "Recall: how varied these are", *recall)])
        rows = _text_rows(metrics, part, "accuracy") + _text_rows(metrics, part, "balanced", ", balanced")
        rows += [*_text_rows(metrics, part, "count", ", pictures", _plain), ("recall", *recall, number)]
        page += "<details><summary>As a table, with balanced accuracy and recall</summary>"
        page += f"{plots.matrix(metrics, 'Accuracy, plain and balanced, and recall', [('', rows)])}</details>"
    beside = plots.matrix(metrics, "To be read beside every bar: is it varied?", [("", _beside(metrics))])
    return page and beside + page


def _colour(metrics: Figures) -> str:
    groups = []
    for part in _keys(metrics, "colour_lab"):
        keys, whole = ("colour_lab", part), ("ceiling", part, "colour_lab")
        rows: list[Row] = [
            ("named colour seen", (*keys, "accuracy"), (*whole, "accuracy"), percent),
            ("median ΔE", (*keys, "delta_e"), (*whole, "delta_e"), number),
            ("pictures", (*keys, "count"), (*whole, "count"), _plain),
        ]
        groups.append((_set(metrics, part), rows))
    return plots.matrix(metrics, "The garment's own colour against the named one", groups)


def _sensitivity(metrics: Figures) -> str:
    groups = []
    for word in _keys(metrics, "sensitivity"):
        texts = {"named": f"the new {word} is seen", "changed": f"the {word} changes"}
        rows: list[Row] = [(escape(texts[key]), ("sensitivity", word, key), (), percent) for key in texts]
        rows += [
            (f"the {escape(other)} stays", ("sensitivity", word, "kept", other), (), percent)
            for other in _keys(metrics, "sensitivity", word, "kept")
        ]
        rows.append(("the outline stays", ("sensitivity", word, "outline"), (), percent))
        rows.append(("pairs of pictures", ("sensitivity", word, "pictures"), (), _plain))
        groups.append((f"A new {escape(word)}", rows))
    return plots.matrix(metrics, "What follows a changed word, and what stays", groups, real=False)


def _likeness(metrics: Figures) -> str:
    return grid(
        plots.dots(metrics, f"{name}, {which}", ("likeness", key), ("reference", "likeness", key))
        for key, (name, which) in LIKENESS.items()
    )


def _variety(metrics: Figures) -> str:
    distinct = "Distinct pictures per description", ("variety", "distinct"), REAL_DISTINCT
    recall = "Recall, higher is more varied", ("variety", "recall"), REAL_RECALL
    return grid(plots.dots(metrics, *figure) for figure in (distinct, recall))


def _novelty(metrics: Figures) -> str:
    rows: list[Row] = [
        ("flagged as copies", ("novelty", "copies"), (), percent),
        ("held-out photos that were trained on", ("novelty", "held_out_twins"), (), percent),
    ]
    groups = [("", rows)]
    for kind in ("features", "pixels"):
        median: Row = ("median distance to the nearest", ("novelty", kind, "median"), (), number)
        groups.append((f"In {kind}", [median, ("flagged", ("novelty", kind, "copies"), (), percent)]))
    return plots.matrix(metrics, "The nearest training photo of each picture", groups, real=False)


def _coverage(metrics: Figures) -> str:
    page = ""
    for attribute in _keys(metrics, "coverage"):
        missing = {c["name"]: at(c, "coverage", attribute, "missing") for c, _ in contestants(metrics)}
        told = [
            f"Vanished, or nearly, from {name}: {few(gone, 12)}" for name, gone in missing.items() if gone
        ]
        told = told or ["Nothing vanished."] * any(gone is not None for gone in missing.values())
        page += f"<h3>{escape(titled(attribute))}</h3>{_list(told, 'plain')}"
        page += plots.coverage(metrics, attribute)
    return page


def _curves(metrics: Figures) -> str:
    charts = []
    for key, title in CURVES.items():
        curves = [
            (c["name"], series, c["curves"]["images"], c["curves"][key])
            for c, series in contestants(metrics)
            if len(at(c, "curves", key) or ()) == len(at(c, "curves", "images") or ()) > 0
        ]
        values = [value for *_, ys in curves for value in ys if value is not None]
        log = key.startswith("loss") and min(values, default=0) > 0 and max(values) > 30 * min(values)
        charts.append(plots.lines(title, curves, "images seen", log, top=float(key.startswith("hits"))))
    drawn = grid(charts)
    return drawn and plots.legend(metrics, "curves") + drawn


def _judge(metrics: Figures) -> str:
    attributes, rows = at(metrics, "judge", "attributes") or {}, []
    for name, seen in ((name, attributes[name]) for name in order(attributes)):
        shares = [data(seen.get(key)) for key in ("accuracy", "balanced")]
        rows.append([escape(name), f"{len(seen.get('values') or ()):,}", *shares])
    head = ["", "Values", "Accuracy", "Balanced"]
    return table("The judge on held-out photos", head, [("", rows)])


def _counts(metrics: Figures) -> str:
    rows: list[Row] = [
        (f"{part}, {what}", (part, key), ("reference", part, key), _plain)
        for (part, key), what in COUNTS.items()
    ]
    return plots.matrix(metrics, "From how many", [("", rows)])


def _compared(metrics: Figures) -> str:
    told = ("kind", "family", "preset", "images_seen", "steps", "minutes", "sha256")
    rows = [[key.replace("_", " "), *(_plain(c.get(key)) for c, _ in contestants(metrics))] for key in told]
    head = ["", *(escape(c["name"]) for c, _ in contestants(metrics))]
    return table("Who was compared", head, [("", rows)])


def _plain(value: object) -> str:
    if isinstance(value, int | float):
        return f"{value:,.0f}"
    return plots.ABSENT if value in (None, "") else f'<span class="word">{escape(str(value))}</span>'
