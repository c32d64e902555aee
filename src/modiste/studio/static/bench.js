// The bench: one design large, with what can be done to it, beside a grid of designs.

import { keptAddress, send } from "./api.js";
import { button, differing, h, sayError } from "./dom.js";
import { Follower, Painter, keyOf, pictureOf } from "./painter.js";
import { changes, exportItems, isOurs, isPicked, keep, keptOf, pick, star, store } from "./store.js";
import { t } from "./texts.js";

/**
 * @typedef {object} Steering
 * @property {(item: Item, step: "small" | "large") => void} nearby
 * @property {(item: Item) => void} colourways
 * @property {(item: Item) => void} fantasies
 * @property {(item: Item) => void} edit
 * @property {(item: Item) => void} move
 * @property {(item: Item) => void} remove
 * @property {() => void} mixStarred
 */

let benches = 0;

export class Bench {
  /** @type {Item[]} */
  items = [];
  selected = 0;
  /** @type {HTMLElement[]} */
  #tiles = [];
  #painter = new Painter();
  #follower = new Follower(async (/** @type {Recipe} */ recipe) => this.#showPicture(await pictureOf(recipe)));
  #nearestFor = "";
  #actionsFor = "";
  /** @type {Item | null} a design on the stage that is not in the grid: the slider's */
  #free = null;

  /**
   * @param {HTMLElement} root
   * @param {Steering} steering
   * @param {boolean} shelf whether the designs are kept ones, with board and deletion
   */
  constructor(root, steering, shelf) {
    this.steering = steering;
    this.shelf = shelf;
    const id = `bench-${++benches}`;
    this.picture = h("img", { class: "large", alt: "", draggable: "false" });
    this.caption = h("figcaption");
    this.buttons = h("div", { class: "actions", role: "group", "aria-label": t("actions") });
    this.steers = h("div", { class: "actions steer", role: "group", "aria-label": t("steer") });
    this.photos = h("div", { class: "photos" });
    this.nearest = h("details", { class: "nearest" }, h("summary", {}, t("nearestTitle")), this.photos);
    this.nearest.addEventListener("toggle", () => this.#showNearest());
    this.extra = h("div", { class: "extra" });
    this.stage = h(
      "section",
      { class: "stage", "aria-label": t("actions") },
      h("figure", {}, h("div", { class: "paper" }, this.picture), this.caption),
      this.buttons,
      this.steers,
      this.nearest,
    );
    this.grid = h("div", { class: "grid", role: "listbox", "aria-label": t("sheetLabel"), tabindex: "-1", id });
    this.grid.addEventListener("keydown", (event) => this.#onKey(event));
    this.heading = h("header", { class: "sheet-heading" });
    root.append(this.stage, h("section", { class: "sheet" }, this.heading, this.extra, this.grid));
    changes.addEventListener("kept", () => this.#marks());
    changes.addEventListener("picked", () => this.#marks());
  }

  /** Told when another design of the grid comes on the stage. */
  onselect = (/** @type {number} */ _at) => {};

  /** The design on the stage. */
  get item() {
    return this.#free ?? this.items[this.selected];
  }

  /**
   * Shows other designs; those that stay the same keep their tiles, so that typing moves nothing about.
   * @param {Item[]} items
   * @param {number} selected
   */
  show(items, selected = Math.min(this.selected, items.length - 1)) {
    this.#free = null;
    this.items = items;
    this.selected = Math.max(0, selected);
    while (this.#tiles.length > items.length) this.#tiles.pop()?.remove();
    while (this.#tiles.length < items.length) this.#addTile();
    this.#marks();
    this.#moveSelection();
    this.paint();
    this.stage.hidden = items.length === 0;
  }

  /** Draws the grid, the selected design first. */
  paint() {
    const order = [this.selected, ...this.items.keys()].filter((at, place, all) => all.indexOf(at) === place);
    const jobs = [];
    for (const at of order) {
      const item = this.items[at];
      const image = this.#tiles[at]?.querySelector("img");
      if (!item || !image) continue;
      const show = (/** @type {string} */ address) => {
        image.src = address;
        image.dataset["key"] = keyOf(item.recipe);
        if (at === this.selected) this.#showPicture(address);
      };
      if (item.kept) show(keptAddress(item.kept));
      else jobs.push({ recipe: item.recipe, show });
    }
    return this.#painter.paint(jobs);
  }

  stop() {
    this.#painter.stop();
  }

  /**
   * A picture on the stage that is not in the grid: the slider's.
   * @param {Recipe} recipe
   */
  follow(recipe) {
    this.#free = { recipe };
    this.#caption(this.#free);
    return this.#follower.follow(recipe);
  }

  /** @param {number} at */
  select(at, focus = true) {
    if (!this.items[at]) return;
    this.#free = null;
    this.selected = at;
    this.#moveSelection();
    const item = this.items[at];
    this.onselect(at);
    const image = this.#tiles[at]?.querySelector("img");
    if (item.kept) this.#showPicture(keptAddress(item.kept));
    else if (image?.dataset["key"] === keyOf(item.recipe)) this.#showPicture(image.src);
    else this.#follower.follow(item.recipe);
    if (focus) this.#tiles[at]?.focus();
  }

  focus() {
    this.#tiles[this.selected]?.focus();
  }

  #addTile() {
    const at = this.#tiles.length;
    const tile = h(
      "div",
      { class: "tile", role: "option", tabindex: "-1", onclick: () => this.select(at) },
      h("img", { alt: "", draggable: "false" }),
      h("span", { class: "marks", "aria-hidden": "true" }),
      h("span", { class: "name", "aria-hidden": "true" }),
    );
    this.#tiles.push(tile);
    this.grid.append(tile);
  }

  #moveSelection() {
    for (const [at, tile] of this.#tiles.entries()) {
      tile.setAttribute("aria-selected", String(at === this.selected));
      tile.tabIndex = at === this.selected ? 0 : -1;
    }
    if (this.item) this.#caption(this.item);
  }

  /** Names and signs of what is kept, starred and picked. */
  #marks() {
    // Words stand below where they differ, as on a sheet of colourways.
    const names = differing(this.items.map(({ recipe }) => recipe.description));
    const named = new Set(names).size > 1;
    this.grid.classList.toggle("named", named);
    for (const [at, tile] of this.#tiles.entries()) {
      const item = this.items[at];
      if (!item) continue;
      const kept = keptOf(item);
      const picked = isPicked(item);
      tile.dataset["key"] = keyOf(item.recipe);
      const said = [t("design", item.recipe), kept && t("isKept"), kept?.starred && t("isStarred"), picked && t("isPicked")];
      tile.setAttribute("aria-label", said.filter(Boolean).join(", "));
      tile.classList.toggle("picked", picked);
      const marks = tile.querySelector(".marks");
      const name = tile.querySelector(".name");
      if (name) name.textContent = named ? (names[at] ?? "") : "";
      if (marks) marks.textContent = (kept?.starred ? "★" : kept && !this.shelf ? "●" : "") + (picked ? "✓" : "");
    }
    if (this.item) this.#actions(this.item);
  }

  /** @param {Item} item */
  #caption(item) {
    const { recipe, kept } = item;
    const seeds = recipe.noise ? t("captionMixed", { count: recipe.noise.length }) : t("captionSeed", recipe);
    const daring = recipe.truncation == null ? null : t("captionDaring", { value: recipe.truncation.toFixed(2) });
    const facts = [seeds, daring, kept?.board].filter(Boolean).join(" · ");
    this.caption.replaceChildren(h("em", {}, recipe.description), h("span", {}, facts));
    if (kept && !isOurs(kept)) this.caption.append(h("span", {}, t("otherModel", { name: kept.model.name ?? "?" })));
    this.picture.alt = t("design", recipe);
    this.#actions(item);
    this.#showNearest();
  }

  /**
   * The buttons; they speak of whatever is on the stage, so a slider that moves leaves them as they are.
   * @param {Item} of
   */
  #actions(of) {
    const kept = keptOf(of);
    const state = JSON.stringify([kept?.id, kept?.starred, isPicked(of)]);
    if (state === this.#actionsFor) return;
    this.#actionsFor = state;
    const { steering } = this;
    const on = (/** @type {(item: Item) => void} */ work) => () => this.item && work(this.item);
    // A button that is pressed stays in place, so that the focus does too.
    const had = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["act"] : undefined;
    const act = (/** @type {string} */ name, /** @type {string} */ key, /** @type {string} */ text, /** @type {() => void} */ work) =>
      button(text, work, { key, "data-act": name });
    this.buttons.replaceChildren(
      ...(this.shelf ? [] : [act("keep", "k", kept ? `${t("keep")} ✓` : t("keep"), on(keep))]),
      act("star", "s", kept?.starred ? t("unstar") : t("star"), on(star)),
      act("pick", "x", isPicked(of) ? t("unpick") : t("pick"), on(pick)),
      act("export", "e", t("export"), on((item) => exportItems([item]))),
      ...(this.shelf && kept
        ? [
            act("move", "b", t("moveTo"), on(steering.move)),
            act("remove", "d", t("remove"), on(steering.remove)),
          ]
        : []),
      act("edit", "w", t("edit"), on(steering.edit)),
    );
    this.steers.replaceChildren(
      act("small", "m", t("moreSmall"), on((item) => steering.nearby(item, "small"))),
      act("large", "M", t("moreLarge"), on((item) => steering.nearby(item, "large"))),
      act("colour", "c", t("colourways"), on(steering.colourways)),
      ...(store.studio.phrases ? [act("fantasy", "f", t("fantasies"), on(steering.fantasies))] : []),
    );
    if (had) /** @type {HTMLElement | null} */ (this.stage.querySelector(`[data-act="${had}"]`))?.focus();
  }

  /** @param {string} address */
  #showPicture(address) {
    this.picture.src = address;
  }

  async #showNearest() {
    this.nearest.hidden = !store.studio.nearest;
    const item = this.item;
    if (!store.studio.nearest || !this.nearest.open || !item || this.#nearestFor === keyOf(item.recipe)) return;
    this.#nearestFor = keyOf(item.recipe);
    try {
      const { photos } = await send("/api/nearest", { recipe: item.recipe });
      if (this.#nearestFor !== keyOf(item.recipe)) return;
      this.photos.replaceChildren(
        ...photos.map((/** @type {NearPhoto} */ photo) =>
          h(
            "figure",
            { title: photo.description },
            h("img", { src: `/api/thumbnail/${photo.number}`, alt: t("nearestPhoto", { ...photo }) }),
            h("figcaption", {}, String(Math.round(photo.distance))),
          ),
        ),
        h("p", {}, t("nearestHint")),
      );
    } catch (error) {
      sayError(error);
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const first = this.#tiles[0];
    const columns = first ? this.#tiles.filter((tile) => tile.offsetTop === first.offsetTop).length : 1;
    const last = this.items.length - 1;
    const moves = /** @type {Record<string, number>} */ ({
      ArrowLeft: this.selected - 1,
      ArrowRight: this.selected + 1,
      ArrowUp: this.selected - columns,
      ArrowDown: this.selected + columns,
      Home: 0,
      End: last,
    });
    const to = moves[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (to >= 0 && to <= last) this.select(to);
  }
}
