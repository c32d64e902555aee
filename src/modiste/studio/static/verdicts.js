// What the officer says of the same photos and of the same noise's pictures, each beside its picture.

import { h } from "./dom.js";
import { t } from "./texts.js";

const MOST_SURE = 99;

/**
 * One picture and its verdict.
 * @param {string} description
 * @param {boolean} isPhoto what it is
 */
function judged(description, isPhoto) {
  const picture = h("div", { class: "crop", role: "img", "aria-label": description });
  const mistake = h("strong", {}, t(isPhoto ? "verdictWrong" : "verdictFooled"));
  const words = h("span");
  const figure = h("figure", { class: "judged" }, h("div", { class: "paper" }, picture, mistake), h("figcaption", {}, words));
  return {
    figure,
    picture,
    /** @param {number} real how likely the officer takes it for a photo; true if it is right */
    say(real) {
      const saysPhoto = real >= 0.5;
      const sure = Math.min(MOST_SURE, Math.round(100 * Math.max(real, 1 - real)));
      words.textContent = t(saysPhoto ? "verdictPhoto" : "verdictDrawn", { sure });
      mistake.hidden = saysPhoto === isPhoto;
      figure.classList.toggle("wrong", saysPhoto !== isPhoto);
      figure.style.setProperty("--real", String(real));
      return saysPhoto === isPhoto;
    },
  };
}

/**
 * Shows a part of a picture that has others beside it.
 * @param {HTMLElement} element
 * @param {HTMLImageElement} whole
 * @param {{left: number, top: number, width: number, height: number}} part
 */
function crop(element, whole, { left, top, width, height }) {
  const share = (/** @type {number} */ at, /** @type {number} */ room) => `${room > 0 ? (100 * at) / room : 0}%`;
  element.style.backgroundImage = `url("${whole.src}")`;
  element.style.backgroundSize = `${(100 * whole.naturalWidth) / width}% ${(100 * whole.naturalHeight) / height}%`;
  element.style.backgroundPosition = `${share(left, whole.naturalWidth - width)} ${share(top, whole.naturalHeight - height)}`;
}

export class VerdictsPanel {
  /** @type {ReturnType<typeof judged>[]} */
  #photos = [];
  /** @type {ReturnType<typeof judged>[][]} */
  #drawn = [];
  #builtFor = "";

  constructor() {
    this.drawnSaid = h("p");
    this.photosSaid = h("p");
    this.drawnRows = h("div");
    this.photosRow = h("div", { class: "judged-row" });
    this.drawn = h(
      "div",
      { class: "verdicts" },
      h("header", {}, h("h3", {}, t("verdictDrawnTitle")), this.drawnSaid),
      h("p", { class: "muted" }, t("verdictHint")),
      this.drawnRows,
    );
    this.photos = h(
      "div",
      { class: "verdicts", hidden: true },
      h("header", {}, h("h3", {}, t("verdictPhotosTitle")), this.photosSaid),
      this.photosRow,
    );
  }

  /**
   * @param {Verdicts} verdicts
   * @param {HTMLImageElement} sheet loaded
   * @param {HTMLImageElement} photos loaded: square ones from left to right
   */
  show(verdicts, sheet, photos) {
    this.#build(verdicts);
    const { left, top, width, height, gap } = verdicts.places;
    let fooled = 0;
    for (const [y, { real }] of verdicts.drawn.entries()) {
      for (const [x, value] of real.entries()) {
        const one = this.#drawn[y]?.[x];
        if (!one) continue;
        crop(one.picture, sheet, { left: left + x * (width + gap), top: top + y * (height + gap), width, height });
        if (!one.say(value)) fooled++;
      }
    }
    const side = photos.naturalHeight;
    let known = 0;
    for (const [x, { real }] of verdicts.photos.entries()) {
      const one = this.#photos[x];
      if (!one) continue;
      crop(one.picture, photos, { left: x * side, top: 0, width: side, height: side });
      if (one.say(real)) known++;
    }
    this.drawnSaid.textContent = t("verdictDrawnSaid", { count: fooled, all: this.#drawn.flat().length });
    this.photosSaid.textContent = t("verdictPhotosSaid", { count: known, all: this.#photos.length });
  }

  /**
   * The same pictures stay in place from moment to moment; only what is said of them changes.
   * @param {Verdicts} verdicts
   */
  #build({ drawn, photos }) {
    const key = JSON.stringify([drawn.map(({ description, real }) => [description, real.length]), photos.map(({ description }) => description)]);
    if (key === this.#builtFor) return;
    this.#builtFor = key;
    this.#drawn = drawn.map(({ description, real }) => real.map((_, x) => judged(t("verdictNoise", { description, number: x + 1 }), false)));
    this.#photos = photos.map(({ description }) => judged(description, true));
    this.drawnRows.replaceChildren(
      ...drawn.flatMap(({ description }, y) => [
        h("p", { class: "muted label" }, description),
        h("div", { class: "judged-row" }, ...(this.#drawn[y] ?? []).map(({ figure }) => figure)),
      ]),
    );
    this.photosRow.replaceChildren(...this.#photos.map(({ figure }) => figure));
  }
}
