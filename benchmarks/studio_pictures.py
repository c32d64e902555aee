"""The studio's screenshots in docs/pictures, taken in a real Chromium.

    python benchmarks/studio_pictures.py [--model fashion256] [--run RUN] [--out docs/pictures]

Without --model, of the run or else of the bundled one; the page of the game is taken only with --run, a
training run. Needs playwright (of the dev extra) and the system's Chromium.
"""

import argparse
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from studio_speed import open_studio

WIDE, TALL, PHONE = (1200, 750), (1200, 900), (390, 844)
QUALITY = 82


def shoot(page: Page, path: Path) -> None:
    """Writes what the page shows, once its pictures are there."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(700)
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(path, quality=QUALITY, method=6)
    print(path)


def main() -> None:
    """Opens the studio once and takes each picture in a page of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model")
    parser.add_argument("--run")
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    options = parser.parse_args()
    words = [f"--{name}={getattr(options, name)}" for name in ("model", "run") if getattr(options, name)]
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, open_studio([*words, "--home", home]) as (browser, address):

        def opened(size: tuple[int, int], description: str, scheme: str = "light") -> Page:
            page = browser.new_page(
                viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
            )
            page.goto(address)
            page.wait_for_selector("body.ready")
            page.fill("#description", description)
            page.wait_for_timeout(700)
            return page

        shoot(opened(WIDE, "crimson jumper with frills for ladies"), options.out / "studio-design.webp")

        page = opened(WIDE, "green casual shirt for men", scheme="dark")
        page.click(".tile:nth-child(1)")
        page.keyboard.press("c")
        shoot(page, options.out / "studio-colour.webp")

        page = opened(WIDE, "black tshirt for men")
        page.click(".tile:nth-child(1)")
        page.keyboard.press("f")
        shoot(page, options.out / "studio-fantasy.webp")

        page = opened(WIDE, "white shirt for men")
        for description, tile in (("white shirt for men", 1), ("red tshirt for men", 3)):
            page.fill("#description", description)
            page.wait_for_timeout(700)
            page.click(f".tile:nth-child({tile})")
            page.keyboard.press("x")
        page.keyboard.press("o")
        page.fill("#morph", "29")
        shoot(page, options.out / "studio-morph.webp")

        shoot(opened(PHONE, "pink heels for women"), options.out / "studio-phone.webp")

        if options.run:
            page = opened(TALL, "red tshirt for men")
            page.click("#description")
            page.keyboard.press("Escape")
            page.keyboard.press("4")
            page.wait_for_selector(".judged")
            shoot(page, options.out / "studio-game.webp")


if __name__ == "__main__":
    main()
