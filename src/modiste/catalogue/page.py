"""`report.html`: what became of a source, as one self-contained page with pictures.

The prose and the looks are in the template beside this file. All that comes from the source is escaped.
"""

import base64
import colorsys
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import islice
from pathlib import Path
from string import Template
from typing import Any

from PIL import Image, ImageFile

from modiste import files
from modiste.catalogue.photo import read_photo
from modiste.catalogue.photos import BadPhoto
from modiste.catalogue.report import Outcome
from modiste.catalogue.shards import SPLITS
from modiste.catalogue.square import SQUARES, Colour
from modiste.catalogue.work import Fact, Work
from modiste.catalogue.workers import ENDED
from modiste.report_style import report_style

SHEET, GROUPS, SKIPPED, LINES, VALUES, LETTERS = 60, 24, 60, 200, 60, 100
"""So many pictures on the contact sheet, groups of twins, pictures of what was skipped, lines of a list,
values of an attribute and characters of a text are shown at most; report.json has all."""
SIDE = 112
HUES = (
    "red", "orange", "yellow", "lime", "green", "sea green",
    "cyan", "azure", "blue", "violet", "magenta", "rose",
)  # fmt: skip
LIGHTS = ("black", "dark grey", "grey", "light grey", "white")
GREY = 0.12
"""Saturation below which a garment has no hue."""


def write_page(path: Path, outcome: Outcome, report: dict[str, Any], work: Work) -> None:
    """Writes the page whole; without splits, of a preparation given up, it shows what was skipped."""
    sections = {
        "style": report_style(),
        "title": escape(f"Catalogue from {report['source']}"),
        "summary": _summary(report, work),
        "mapping": _mapping(report),
        "sheet": _sheet(outcome, work),
        "values": _values(report),
        "sizes": "".join(
            f"<h3>{name}</h3>{_bars(report['photos'][key])}"
            for key, name in (
                ("shorter_side", "Shorter side in pixels"), ("shape", "Shape"), ("background", "Background"),
            )
        ),
        "colours": _colours(outcome),
        "twins": _twins(outcome, work),
        "skipped": _skipped(outcome, report),
        "others": _others(outcome, report),
    }  # fmt: skip
    template = Template(Path(__file__).with_name("report.html").read_text(encoding="utf-8"))
    files.write_text(path, template.substitute(sections))


def _summary(report: dict[str, Any], work: Work) -> str:
    counts = {
        "rows in the source": report["rows"],
        "rows that match": report["rows_matching"],
        **{f"products in {name}": report["splits"][name] for name in SPLITS},
        "skipped": len(report["skipped"]),
        "of these rows without a photo": report["rows_without_photo"],
        "photos without a row": len(report["photos_without_row"]),
        "ids that came again": len(report["duplicates"]),
        "photos with a twin": sum(map(len, report["twins"])),
        "held out because of a twin": report["moved_to_test"],
        "left out because of a twin in a held-out pair": len(report["left_out"]),
        "smaller than the size, enlarged": report["smaller_than_size"],
        **report["notes"],
    }
    size, square = work.settings["size"], work.settings["square"]
    made = f"Photos are {size}x{size}, and show {SQUARES[square]} (--square {square})."
    if not any(report["splits"].values()):
        made = "No catalogue was written: too much of the source is bad, see what was skipped."
    read = [f"Read as {report['read_as']}."] if report["read_as"] else []
    said = [made, *read, *report["notes_of_source"]]
    lines = "".join(f"<p>{escape(text)}</p>" for text in said)
    rows = [[name, f"{count:,}"] for name, count in counts.items() if count or name.startswith("products")]
    return lines + _table(["", "Count"], rows)


def _mapping(report: dict[str, Any]) -> str:
    roles = [[role, " + ".join(report["roles"][role]), text] for role, text in report["examples"].items()]
    kept, unread = (escape(", ".join(report[name]) or "none") for name in ("extra", "columns_not_read"))
    return (
        f"{_table(['Role', 'Column', 'For example'], roles)}"
        f"<p>Also kept, as attributes: {kept}. Not read: {unread}.</p>"
    )


def _cut(text: str) -> str:
    """A text of the source for the page: escaped, and no longer than people read."""
    return escape(text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…", quote=True)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    columns = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{_cut(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return (
        '<div class="scroll" tabindex="0"><table>'
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _bars(counts: Mapping[str, int], marks: Mapping[str, str] | None = None) -> str:
    top = max(counts.values(), default=1)
    rows = "".join(
        f"<tr><th>{(marks or {}).get(name, '')}{_cut(name)}</th>"
        f"<td><i style='--v:{count / top:.3f}'></i></td><td>{count:,}</td></tr>"
        for name, count in counts.items()
    )
    return f'<div class="scroll" tabindex="0"><table class="bars"><tbody>{rows}</tbody></table></div>'


def _swatch(colour: Colour) -> str:
    return f'<b class="swatch" style="background:rgb{colour}"></b>'


def _picture(image: Image.Image, alt: str) -> str:
    buffer = io.BytesIO()
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    image.save(buffer, "WEBP", quality=75)
    data = base64.b64encode(buffer.getvalue()).decode()
    width, height = image.size
    return f'<img src="data:image/webp;base64,{data}" alt="{_cut(alt)}" width="{width}" height="{height}">'


def _figure(picture: str, caption: str) -> str:
    return f"<figure>{picture}<figcaption>{_cut(caption)}</figcaption></figure>"


def _prepared(work: Work, fact: Fact, alt: str) -> str:
    return _picture(Image.open(io.BytesIO(work.png(fact))), alt)


def _sheet(outcome: Outcome, work: Work) -> str:
    step = max(1, -(-len(outcome.good) // SHEET))
    figures = ""
    for product in outcome.good[::step]:
        record = product.record
        said = " ".join(filter(None, (record.gender, record.style, record.colour, record.article)))
        figures += _figure(
            _prepared(work, outcome.facts[record.id], record.id), f"{record.id} {said}".strip()
        )
    return f'<div class="sheet">{figures}</div>' if figures else "<p>No photo could be used.</p>"


def _values(report: dict[str, Any]) -> str:
    page = ""
    for attribute, counts in report["values"].items():
        if not counts:
            continue
        columns = [report["values_by_split"][split].get(attribute, {}) for split in SPLITS]
        rows = [
            [value, f"{count:,}", *(f"{column.get(value, 0):,}" for column in columns)]
            for value, count in list(counts.items())[:VALUES]
        ]
        more = f"<p>and {len(counts) - VALUES:,} more in report.json</p>" if len(counts) > VALUES else ""
        table = _table(["Value", "All", *SPLITS], rows)
        page += (
            f"<details><summary>{escape(attribute)}: {len(counts):,} values</summary>{table}{more}</details>"
        )
    return page or "<p>No attribute was read.</p>"


def _colours(outcome: Outcome) -> str:
    """What photos look like, by hue; and what each named colour looks like."""
    by_hue: dict[str, list[Colour]] = {name: [] for name in (*LIGHTS, *HUES)}
    by_name: dict[str, list[Colour]] = defaultdict(list)
    for product in outcome.good:
        colour = outcome.facts[product.record.id].colour
        by_hue[_hue(colour)].append(colour)
        if product.record.colour:
            by_name[product.record.colour].append(colour)
    page = ""
    named = sorted(by_name.items(), key=lambda entry: -len(entry[1]))[:VALUES]
    for title, groups in (("As seen in the photos", by_hue), ("As the source names them", dict(named))):
        found = {name: colours for name, colours in groups.items() if colours}
        marks = {name: _swatch(_mean(colours)) for name, colours in found.items()}
        if found:
            bars = _bars({name: len(colours) for name, colours in found.items()}, marks)
            page += f"<div><h3>{title}</h3>{bars}</div>"
    return f'<div class="beside">{page}</div>' if page else "<p>No photo could be used.</p>"


def _hue(colour: Colour) -> str:
    hue, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in colour))
    if saturation < GREY or value < GREY:
        return LIGHTS[min(4, int(5 * value))]
    return HUES[round(12 * hue) % 12]


def _mean(colours: Sequence[Colour]) -> Colour:
    red, green, blue = (round(sum(part) / len(colours)) for part in zip(*colours, strict=True))
    return red, green, blue


def _twins(outcome: Outcome, work: Work) -> str:
    page = ""
    # First those for whose sake a product is not where its id alone would have it.
    for group in sorted(outcome.twins, key=lambda group: all(map(outcome.stays, group)))[:GROUPS]:
        figures = ""
        for member in group[:6]:
            id = outcome.good[member].record.id
            split = outcome.splits[member] or "left out"
            figures += _figure(_prepared(work, outcome.facts[id], id), f"{id} {split}")
        more = f"<p>and {len(group) - 6:,} more</p>" if len(group) > 6 else ""
        page += f'<div class="group">{figures}{more}</div>'
    left = len(outcome.twins) - GROUPS
    rest = f"<p>and {left:,} more groups in report.json</p>" if left > 0 else ""
    return f'<div class="groups">{page}</div>{rest}' if page else "<p>No two photos are the same.</p>"


def _skipped(outcome: Outcome, report: dict[str, Any]) -> str:
    if not outcome.skipped:
        return "<p>Nothing was skipped.</p>"
    captions = (
        (entry["file"], f"{entry['id']}: {entry['reason']}")
        for entry in outcome.skipped
        if "file" in entry and entry["reason"] != ENDED  # it might end this process, too
    )
    rows = [
        [str(entry.get(name, "")) for name in ("id", "line", "file", "reason")]
        for entry in outcome.skipped[:LINES]
    ]
    more = len(outcome.skipped) - LINES
    rest = f"<p>and {more:,} more in report.json</p>" if more > 0 else ""
    reasons = _bars(report["skipped_reasons"])
    return f"{reasons}{_shown(outcome, captions)}{_table(['Id', 'Line', 'Photo', 'Why'], rows)}{rest}"


def _shown(outcome: Outcome, captions: Iterable[tuple[str, str]]) -> str:
    """The first of some photos of the source (file, caption) that are pictures at all."""
    found = ((_as_far_as_it_goes(outcome, file), caption) for file, caption in captions if file)
    figures = islice((_figure(picture, caption) for picture, caption in found if picture), SKIPPED)
    return f'<div class="sheet">{"".join(figures)}</div>'


def _as_far_as_it_goes(outcome: Outcome, name: str) -> str:
    """A bad photo's picture: what can be decoded of one that is cut short."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image, _, _ = read_photo(outcome.source.photos.find(name), SIDE, 10_000_000)
        return _picture(image, name)
    except BadPhoto:
        return ""
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _others(outcome: Outcome, report: dict[str, Any]) -> str:
    page = ""
    again = report["duplicates"]
    if again:
        rows = [
            [entry["id"], *(str(entry[name]) for name in ("line", "first_line", "file")),
             ", ".join(entry["differs"]) or "nothing"]
            for entry in again[:LINES]
        ]  # fmt: skip
        page += f"<h3>Ids that came again ({len(again):,}), of which the first row counts</h3>"
        page += _shown(
            outcome, ((entry["file"], f"{entry['id']} in line {entry['line']}") for entry in again)
        )
        page += _table(["Id", "Line", "First in line", "Photo", "Differs in"], rows)
    without = report["photos_without_row"]
    if without:
        page += f"<h3>Photos without a row ({len(without):,})</h3>"
        page += _shown(outcome, ((name, name) for name in without))
        page += f"<ul>{''.join(f'<li>{_cut(name)}</li>' for name in without[:LINES])}</ul>"
    if max(len(again), len(without)) > LINES:
        page += "<p>The rest is in report.json.</p>"
    return page or "<p>Every id came once, and every photo has its row.</p>"
