// The page of designs: the sheet follows the words; steering opens further sheets, and back leads to the last.

import { get, send, sendFile } from "./api.js";
import { Bench } from "./bench.js";
import { button, byId, h, sayError, unsayError } from "./dom.js";
import { Describe } from "./describe.js";
import { brief, isSeed, MAX_SEED, newSeed, withDaring } from "./recipes.js";
import { exportItems, keepAll, store } from "./store.js";
import { t } from "./texts.js";

const COUNT = 12;
const COLOURS = 24;
const PATH = 65;
const STRIP_EVERY = 8;
const SETTLED_MILLISECONDS = 1200;
const MEMORY = "modiste-studio";

export class DesignPage {
  /** @type {Sheet} */
  sheet = { title: "", recipes: [], typed: true };
  /** @type {Sheet[]} sheets that back leads to */
  trail = [];
  #settled = 0;
  #laterPaint = 0;
  #remembered = 0;

  /** @param {import("./bench.js").Steering} steering */
  constructor(steering) {
    this.seed = /** @type {HTMLInputElement} */ (byId("seed"));
    this.lock = /** @type {HTMLInputElement} */ (byId("lock"));
    this.daring = /** @type {HTMLInputElement} */ (byId("daring"));
    this.bench = new Bench(byId("design-bench"), steering, false);
    this.bench.onselect = (at) => this.#toSlider(at);
    this.describe = new Describe((description) => this.#typed(description));
    this.seed.addEventListener("input", () => this.#drawTyped());
    this.daring.addEventListener("input", () => this.#dare());
    this.lock.addEventListener("change", () => this.#remember());
    window.addEventListener("pagehide", () => this.#remember());
    const file = /** @type {HTMLInputElement} */ (byId("table"));
    file.addEventListener("change", () => this.#batch(file));
    byId("new-seeds").addEventListener("click", () => this.newSeeds());
    byId("from-table").addEventListener("click", () => file.click());
  }

  /** As it was left: in this browser, or on the last sheet of the history, or on the model's first words. */
  async restore() {
    try {
      const left = JSON.parse(localStorage.getItem(MEMORY) ?? "null");
      if (left?.model === store.studio.model.sha256) {
        this.lock.checked = left.locked;
        this.seed.value = left.seed;
        this.trail = left.trail;
        this.describe.value = left.description;
        return this.open(left.sheet, left.selected, false);
      }
    } catch {
      // no storage, or another release wrote it
    }
    const { sheets } = await get("/api/history");
    const { colour, article } = store.studio.vocabulary;
    const first = `${colour[0] ?? ""} ${article[0] ?? ""}`.trim().toLowerCase();
    const last = sheets[0]?.recipes[0];
    this.seed.value = last?.seed ?? "1";
    this.describe.value = last?.description ?? first;
    if (sheets[0]?.title && sheets[0].recipes.length) {
      return this.open({ title: sheets[0].title, recipes: sheets[0].recipes, typed: false }, 0, false);
    }
    this.#typed(this.describe.value);
  }

  /**
   * Shows a sheet; the one before is a step back.
   * @param {Sheet} sheet
   */
  open(sheet, selected = 0, forward = true) {
    if (forward && this.sheet.recipes.length) this.trail = [...this.trail, this.sheet].slice(-20);
    this.sheet = sheet;
    this.daring.value = String(sheet.recipes[0]?.truncation ?? 1);
    this.#show(selected);
    this.#settle(forward && !sheet.typed ? 0 : SETTLED_MILLISECONDS);
  }

  back() {
    const before = this.trail.pop();
    if (before) this.open(before, 0, false);
  }

  newSeeds() {
    this.seed.value = newSeed();
    this.#drawTyped();
  }

  /** @param {number} by */
  moreDaring(by) {
    this.daring.value = String(Number(this.daring.value) + by);
    this.#dare();
  }

  /**
   * Opens what the server makes of designs.
   * @param {string} title
   * @param {Record<string, unknown>} wish
   * @param {boolean} [isPath]
   */
  async steer(title, wish, isPath = false) {
    try {
      /** @type {{recipes: Recipe[]}} */
      const { recipes } = await send("/api/steer", wish);
      const strip = isPath ? recipes.filter((_, at) => at % STRIP_EVERY === 0) : recipes;
      this.open({ title, recipes: strip, typed: false, ...(isPath ? { path: recipes } : {}) });
      this.bench.focus();
    } catch (error) {
      sayError(error);
    }
  }

  /** @param {Item} item @param {"small" | "large"} step */
  async nearby({ recipe }, step) {
    const seed = newSeed();
    const title = t(step === "small" ? "titleNearby" : "titleFar", { description: brief(recipe.description) });
    await this.steer(title, { kind: "nearby", recipe, step, count: COUNT, seed });
  }

  /** @param {Item} item */
  async colourways({ recipe }) {
    const title = t("titleColourways", { description: brief(recipe.description) });
    await this.steer(title, { kind: "colourways", recipe, count: COLOURS });
  }

  /** @param {Item} item */
  async fantasies({ recipe }) {
    const seed = newSeed();
    const title = t("titleFantasies", { description: brief(recipe.description) });
    await this.steer(title, { kind: "fantasies", recipe, count: COUNT, seed });
  }

  /** @param {Item} first @param {Item} second */
  async morph(first, second) {
    const recipes = [first.recipe, second.recipe];
    const title = t("titleMorph", { first: brief(first.recipe.description), second: brief(second.recipe.description) });
    await this.steer(title, { kind: "morph", recipes, count: PATH }, true);
  }

  /** @param {Item[]} items */
  async mix(items) {
    const recipes = items.map((item) => item.recipe);
    const seed = newSeed();
    await this.steer(t("titleMix", { count: items.length }), { kind: "mixes", recipes, count: COUNT, seed });
  }

  /** Takes a design's words and seed to the description. @param {Item} item */
  edit({ recipe }) {
    this.seed.value = recipe.seed;
    this.describe.value = recipe.description;
    this.#typed(recipe.description);
    this.describe.field.focus();
  }

  /** @param {string} description */
  #typed(description) {
    if (!description.trim()) return;
    if (!this.lock.checked) this.seed.value = newSeed();
    this.#drawTyped();
  }

  #drawTyped() {
    const description = this.describe.value.trim();
    const digits = this.seed.value.trim();
    this.seed.setAttribute("aria-invalid", String(!isSeed(digits)));
    unsayError();
    if (digits && !isSeed(digits)) sayError(new Error(t("seedRange", { most: String(MAX_SEED) })));
    if (!description || !isSeed(digits)) return;
    const first = BigInt(digits);
    const recipes = Array.from({ length: COUNT }, (_, at) =>
      withDaring({ description, seed: String((first + BigInt(at)) % (MAX_SEED + 1n)) }, Number(this.daring.value)),
    );
    const title = t("sheetOf", { count: COUNT, description: brief(description) });
    if (this.sheet.typed) {
      this.sheet = { title, recipes, typed: true };
      this.#show(this.bench.selected);
      this.#settle(SETTLED_MILLISECONDS);
    } else {
      this.open({ title, recipes, typed: true });
    }
  }

  /** The slider's picture follows at once, the sheet when the hand rests. */
  #dare() {
    const daring = Number(this.daring.value);
    const { sheet } = this;
    const at = this.bench.selected;
    this.sheet = {
      ...sheet,
      recipes: sheet.recipes.map((recipe) => withDaring(recipe, daring)),
      ...(sheet.path ? { path: sheet.path.map((recipe) => withDaring(recipe, daring)) } : {}),
    };
    const recipe = this.sheet.recipes[at];
    if (recipe) this.bench.follow(recipe);
    clearTimeout(this.#laterPaint);
    this.#laterPaint = setTimeout(() => this.#show(at), 150);
    this.#settle(SETTLED_MILLISECONDS);
  }

  /** @param {number} selected */
  #show(selected) {
    const { sheet, bench } = this;
    const items = sheet.recipes.map((recipe) => ({ recipe }));
    bench.heading.replaceChildren(
      h("h2", {}, sheet.title),
      h(
        "div",
        { class: "actions" },
        this.trail.length ? button(t("back"), () => this.back(), { key: "," }) : null,
        button(t("keepAll"), () => keepAll(bench.items)),
        button(t("exportAll"), () => exportItems(bench.items)),
      ),
    );
    const slider = /** @type {HTMLInputElement | null} */ (bench.extra.querySelector("input"));
    if (!sheet.path) bench.extra.replaceChildren();
    else if (!slider) bench.extra.replaceChildren(this.#slider());
    bench.grid.classList.toggle("strip", Boolean(sheet.path));
    bench.show(items, selected);
    this.#toSlider(bench.selected);
  }

  #slider() {
    const slider = h("input", { type: "range", id: "morph", min: 0, max: PATH - 1, step: 1, value: 0 });
    slider.addEventListener("input", () => {
      const recipe = this.sheet.path?.[Number(slider.value)];
      if (recipe) this.bench.follow(recipe);
    });
    return h("label", { class: "wide" }, h("span", {}, t("morphSlider")), slider);
  }

  /** @param {number} at */
  #toSlider(at) {
    const slider = /** @type {HTMLInputElement | null} */ (this.bench.extra.querySelector("input"));
    if (slider) slider.value = String(at * STRIP_EVERY);
    this.#rememberSoon();
  }

  /** @param {HTMLInputElement} input */
  async #batch(input) {
    const file = input.files?.[0];
    if (!file) return;
    try {
      const { recipes } = await sendFile("/api/batch", file);
      this.open({ title: file.name, recipes, typed: false });
      this.bench.focus();
    } catch (error) {
      sayError(error);
    } finally {
      input.value = "";
    }
  }

  /** Remembers the sheet when it has rested for a while. @param {number} milliseconds */
  #settle(milliseconds) {
    this.#rememberSoon();
    clearTimeout(this.#settled);
    this.#settled = setTimeout(() => {
      const { title, recipes } = this.sheet;
      // A folder that cannot be written was said at the top, not again with every sheet.
      if (recipes.length && !store.studio.notices.includes("readonly")) send("/api/history", { title, recipes }).catch(sayError);
    }, milliseconds);
  }

  #rememberSoon() {
    clearTimeout(this.#remembered);
    this.#remembered = setTimeout(() => this.#remember(), 200);
  }

  #remember() {
    const left = {
      model: store.studio.model.sha256,
      description: this.describe.value,
      seed: this.seed.value,
      locked: this.lock.checked,
      sheet: this.sheet,
      trail: this.trail,
      selected: this.bench.selected,
    };
    try {
      localStorage.setItem(MEMORY, JSON.stringify(left));
    } catch {
      // a browser without storage: the history has the sheets
    }
  }
}
