"""A source of large photos, filled up with small ones where it shows a garment seldom.

    python benchmarks/fill_up.py products-224 products-small --out filled --below 130 --to 200

Both are folders in the layout of Fashion Product Images: `styles.csv`, and `images/<id>.jpg`. All of the
first is taken as it is. Of each article of clothes and shoes that it shows fewer than --below times, photos
of the second come in that are not in it, in the order of its table, until there are --to of the article; they
are stretched to --side, with --enlarger after a network that `enlarger.py` taught has enlarged them, and lie
beside the others, so that `modiste prepare` reads one source. Files that are there are left as they are.
"""

import argparse
import shutil
from collections import Counter
from pathlib import Path

from PIL import Image

from enlarger import enlarged, open_enlarger
from modiste import files

SHOWN = ("Apparel", "Footwear")


def lines_of(source: Path) -> list[str]:
    """The lines of a source's table, its columns first."""
    return (source / "styles.csv").read_text("utf-8", errors="replace").rstrip("\n").split("\n")


def articles(lines: list[str]) -> dict[str, str]:
    """Id -> article of the clothes and shoes of a table. Its names have stray commas, after what is read."""
    rows = (line.split(",") for line in lines)
    return {row[0]: row[4] for row in rows if len(row) > 4 and row[2] in SHOWN}


def main() -> None:
    """Writes the source, and prints what came in."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("large", type=Path)
    parser.add_argument("small", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--below", type=int, default=130)
    parser.add_argument("--to", type=int, default=200)
    parser.add_argument("--side", type=int, default=224, help="of the small photos when they come in")
    parser.add_argument("--enlarger", type=Path, help="what enlarger.py wrote")
    options = parser.parse_args()
    enlarger = open_enlarger(options.enlarger) if options.enlarger else None
    lines, more = lines_of(options.large), lines_of(options.small)
    ours, others = articles(lines), articles(more)
    shown, added = Counter(ours.values()), Counter[str]()
    few = {article for article in others.values() if shown[article] < options.below}
    target = options.out / "images"
    target.mkdir(parents=True, exist_ok=True)
    for photo in (options.large / "images").iterdir():
        if not (target / photo.name).exists():
            with files.whole_file(target / photo.name) as temporary:
                shutil.copyfile(photo, temporary)
    chosen = set()
    for name, article in others.items():
        photo = options.small / "images" / f"{name}.jpg"
        room = article in few and shown[article] + added[article] < options.to
        if not room or name in ours or not photo.is_file():
            continue
        chosen.add(name)
        added[article] += 1
        if not (target / photo.name).exists():
            image = Image.open(photo).convert("RGB")
            image = enlarged(enlarger, image) if enlarger else image
            image = image.resize((options.side, options.side), Image.Resampling.BICUBIC)
            with files.whole_file(target / photo.name) as temporary:
                image.save(temporary, format="JPEG", quality=95, subsampling=0)
    lines += [line for line in more if line.partition(",")[0] in chosen]
    files.write_text(options.out / "styles.csv", "\n".join(lines) + "\n")
    print(f"{len(ours):,} large photos of clothes and shoes, {len(chosen):,} small ones came in:")
    print(", ".join(f"{article} {shown[article]}+{count}" for article, count in added.most_common()))


if __name__ == "__main__":
    main()
