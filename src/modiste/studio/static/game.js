// The game of a real run, for whoever learns: who was right when, what it cost, and what was drawn.

import { get, getPicture } from "./api.js";
import { Chart } from "./chart.js";
import { button, byId, h, sayError } from "./dom.js";
import { Follower } from "./painter.js";
import { t } from "./texts.js";
import { VerdictsPanel } from "./verdicts.js";

const REFRESH_MILLISECONDS = 10000;
const FRAME_MILLISECONDS = 250;

const percent = (/** @type {number} */ share) => `${Math.round(100 * share)}%`;
const three = (/** @type {number} */ value) => value.toFixed(3);

export class GamePage {
  /** @type {Game | null} */
  #game = null;
  /** @type {Chart[]} */
  #charts = [];
  #timer = 0;
  #playing = 0;
  #follower = new Follower((/** @type {number} */ at) => this.#showSheet(at));
  #shown = "";
  /** @type {HTMLImageElement | null} */
  #sheet = null;
  /** @type {HTMLImageElement | null} */
  #photos = null;

  constructor() {
    this.slider = h("input", { type: "range", id: "moment", min: 0, max: 0, step: 1, value: 0 });
    this.slider.addEventListener("input", () => this.#moment());
    this.verdicts = new VerdictsPanel();
    this.frame = h("div");
    this.said = h("p", { class: "verdict" });
    this.here = h("p");
    this.output = h("output", { for: "moment" });
    this.play = button(t("gamePlay"), () => this.#togglePlay());
    this.curves = h("div");
    byId("game-body").append(
      h(
        "section",
        { class: "frames" },
        h("div", { class: "moment" }, this.play, h("label", { class: "wide" }, h("span", {}, t("gameImages")), this.slider), this.output),
        this.frame,
      ),
      h("section", { class: "figures" }, this.said, this.verdicts.photos, this.curves, h("h3", {}, t("gameArithmetic")), this.here, arithmetic()),
    );
  }

  async show() {
    await this.#load();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#load(), REFRESH_MILLISECONDS);
  }

  hide() {
    clearInterval(this.#timer);
    if (this.#playing) this.#togglePlay();
  }

  async #load() {
    try {
      const first = this.#game === null;
      const atEnd = first || this.slider.value === this.slider.max;
      /** @type {Game} */
      const game = await get("/api/game");
      this.#game = game;
      byId("game-lead").textContent = t("gameLead", { name: game.name });
      this.slider.max = String(Math.max(0, game.sheets.length - 1));
      if (atEnd) this.slider.value = this.slider.max;
      const { curves, images } = game;
      const worst = Math.max(1, ...[...curves.generator_loss, ...curves.discriminator_loss].map((value) => value ?? 0));
      this.#charts = [
        new Chart(
          t("gameLosses"),
          [
            { name: t("gameOfficer"), values: curves.discriminator_loss, kind: "officer" },
            { name: t("gameCounterfeiter"), values: curves.generator_loss, kind: "faker" },
          ],
          images,
          Math.min(Math.ceil(worst), 8),
          (value) => value.toFixed(1),
        ),
        new Chart(
          t("gameHits"),
          [
            { name: t("gameReal"), values: curves.hits_on_real, kind: "officer" },
            { name: t("gameFake"), values: curves.hits_on_fake, kind: "faker" },
          ],
          images,
          1,
          percent,
        ),
      ];
      this.curves.replaceChildren(...(images.length ? this.#charts.map((chart) => chart.element) : [t("gameNoLog")]));
      this.#moment();
    } catch (error) {
      this.hide();
      sayError(error);
    }
  }

  /** Shows the sheet and the figures of the slider's moment. */
  #moment() {
    const game = this.#game;
    if (!game) return;
    const seen = game.sheets[Number(this.slider.value)] ?? game.images.at(-1) ?? 0;
    const count = seen.toLocaleString();
    this.output.textContent = count;
    this.slider.setAttribute("aria-valuetext", count);
    if (game.sheets.length) this.#follower.follow(Number(this.slider.value));
    const at = game.images.reduce((best, images, i) => (Math.abs(images - seen) < Math.abs((game.images[best] ?? 0) - seen) ? i : best), 0);
    const [d, g, real, fake] = [
      game.curves.discriminator_loss[at],
      game.curves.generator_loss[at],
      game.curves.hits_on_real[at],
      game.curves.hits_on_fake[at],
    ];
    if (d == null || g == null || real == null || fake == null) return;
    const mean = (real + fake) / 2;
    const state = t(mean > 0.95 ? "gameStrong" : mean < 0.6 ? "gameGuess" : "gameOn");
    this.said.textContent = `${t("gameVerdict", { real: percent(real), fake: percent(fake) })} ${state}`;
    this.here.textContent = game.article
      ? t("gameHere", { d: three(d), g: three(g), right: percent(Math.exp(-d)), fooled: percent(Math.exp(-g)) })
      : `${t("gameOtherLoss", { family: game.family })} ${inArticle(game.verdicts[Number(this.slider.value)])}`;
    this.#charts[0]?.mark(seen, `${t("gameOfficer")} ${three(d)}, ${t("gameCounterfeiter")} ${three(g)}`);
    this.#charts[1]?.mark(seen, this.said.textContent);
  }

  /** A sheet with its verdicts, or as it is where the officer was not asked. @param {number} at */
  async #showSheet(at) {
    const seen = this.#game?.sheets[at];
    const verdicts = this.#game?.verdicts[at];
    const key = `${seen} ${Boolean(verdicts)}`;
    if (key === this.#shown) return;
    const sheet = await getPicture(`/api/game/sheet/${seen}`);
    this.verdicts.photos.hidden = !verdicts;
    if (verdicts) {
      this.#photos ??= await getPicture("/api/game/photos");
      this.verdicts.show(verdicts, sheet, this.#photos);
      this.frame.replaceChildren(this.verdicts.drawn);
    } else {
      sheet.className = "frame";
      sheet.alt = t("gameSheet", { images: (seen ?? 0).toLocaleString() });
      this.frame.replaceChildren(h("div", { class: "paper" }, sheet));
    }
    if (this.#sheet) URL.revokeObjectURL(this.#sheet.src);
    this.#sheet = sheet;
    this.#shown = key;
  }

  #togglePlay() {
    if (this.#playing) {
      clearInterval(this.#playing);
      this.#playing = 0;
    } else {
      if (this.slider.value === this.slider.max) this.slider.value = "0";
      this.#playing = setInterval(() => this.#step(), FRAME_MILLISECONDS);
    }
    this.play.textContent = t(this.#playing ? "gamePause" : "gamePlay");
  }

  #step() {
    if (this.#follower.busy) return; // the frame before is still on its way
    this.slider.value = String(Number(this.slider.value) + 1);
    this.#moment();
    if (this.slider.value === this.slider.max) this.#togglePlay();
  }
}

/** What a sheet's verdicts cost by the article's two losses. @param {Verdicts | null | undefined} verdicts */
function inArticle(verdicts) {
  if (!verdicts) return "";
  const mean = (/** @type {number[]} */ costs) => costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
  const cost = (/** @type {number} */ chance) => -Math.log(Math.max(chance, 1e-4)); // verdicts have four digits
  const drawn = verdicts.drawn.flatMap(({ real }) => real);
  const officer = (mean(verdicts.photos.map(({ real }) => cost(real))) + mean(drawn.map((real) => cost(1 - real)))) / 2;
  return t("gameInArticle", { d: three(officer), g: three(mean(drawn.map(cost))) });
}

/** The article's two losses, for any two verdicts. */
function arithmetic() {
  const real = probability("say-real", t("gameSayReal"), 0.9);
  const fake = probability("say-fake", t("gameSayFake"), 0.2);
  const officer = h("output", { class: "sum", for: "say-real say-fake" });
  const faker = h("output", { class: "sum", for: "say-fake" });
  const count = () => {
    const [p, q] = [Number(real.input.value), Number(fake.input.value)];
    real.output.textContent = p.toFixed(2);
    fake.output.textContent = q.toFixed(2);
    const [onReal, onFake] = [-Math.log(p), -Math.log(1 - q)];
    officer.textContent = `½ (−ln ${p.toFixed(2)} − ln(1 − ${q.toFixed(2)})) = ½ (${three(onReal)} + ${three(onFake)}) = ${three((onReal + onFake) / 2)}`;
    faker.textContent = `−ln ${q.toFixed(2)} = ${three(-Math.log(q))}`;
  };
  real.input.addEventListener("input", count);
  fake.input.addEventListener("input", count);
  count();
  return h("div", { class: "arithmetic" }, h("p", {}, t("gameAnyTwo")), real.label, fake.label, h("p", {}, t("gameOfficerSays")), officer, h("p", {}, t("gameFakerSays")), faker);
}

/**
 * @param {string} id
 * @param {string} text
 * @param {number} value
 */
function probability(id, text, value) {
  const input = h("input", { type: "range", id, min: 0.01, max: 0.99, step: 0.01, value });
  const output = h("output", { for: id });
  return { input, output, label: h("label", { class: "wide" }, h("span", {}, text), input, output) };
}
