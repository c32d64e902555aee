// The shelf, the history and the model's card.

import { get, getText } from "./api.js";
import { Bench } from "./bench.js";
import { button, byId, dialog, h, sayError } from "./dom.js";
import { Painter } from "./painter.js";
import { changes, exportItems, keptOf, move, store } from "./store.js";
import { t } from "./texts.js";

const HISTORY_PICTURES = 5;

/** The kept designs: all, the starred, or one board. */
export class ShelfPage {
  #filter = "";

  /** @param {import("./bench.js").Steering} steering */
  constructor(steering) {
    this.bench = new Bench(byId("kept-bench"), steering, true);
    this.empty = h("p", { class: "empty" }, t("keptEmpty"));
    byId("kept-bench").append(this.empty);
    changes.addEventListener("kept", () => this.show());
  }

  show() {
    const boards = [...new Set(store.kept.map((kept) => kept.board).filter(Boolean))].sort();
    if (this.#filter.startsWith("board:") && !boards.includes(this.#filter.slice(6))) this.#filter = "";
    const chips = [["", t("filterAll")], ["starred", t("filterStarred")], ...boards.map((board) => [`board:${board}`, board])];
    const kept = store.kept.filter(
      (one) => !this.#filter || (this.#filter === "starred" ? one.starred : this.#filter === `board:${one.board}`),
    );
    const selectedId = this.bench.item?.kept?.id;
    const items = kept.map((one) => ({ recipe: one.recipe, kept: one }));
    byId("kept-count").textContent = store.kept.length ? ` ${store.kept.length}` : "";
    this.bench.heading.replaceChildren(
      h("h2", { class: "unseen" }, t("keptTitle")),
      h(
        "div",
        { class: "chips", role: "group", "aria-label": t("filterLabel") },
        ...chips.map(([filter = "", text = ""]) =>
          button(text, () => ((this.#filter = filter), this.show()), { "aria-pressed": String(this.#filter === filter) }),
        ),
      ),
      h(
        "div",
        { class: "actions" },
        store.kept.filter((one) => one.starred).length > 1
          ? button(t("mixStarred"), () => this.bench.steering.mixStarred(), { key: "I" })
          : null,
        items.length ? button(t("exportAll"), () => exportItems(this.bench.items)) : null,
        h("span", { class: "muted" }, t("keptIn", { home: store.studio.home })),
      ),
    );
    this.empty.hidden = items.length > 0;
    const at = items.findIndex((item) => item.kept.id === selectedId);
    this.bench.show(items, at >= 0 ? at : undefined);
  }
}

/** Asks for a board and moves a kept design there. @param {Item} item */
export function askForBoard(item) {
  const kept = keptOf(item);
  if (!kept) return;
  const boards = [...new Set(store.kept.map((one) => one.board).filter(Boolean))].sort();
  const field = h("input", { type: "text", id: "board", value: kept.board, list: "boards", autocomplete: "off" });
  const form = h(
    "form",
    { method: "dialog" },
    h("label", { for: "board" }, t("boardName")),
    field,
    h("datalist", { id: "boards" }, ...boards.map((value) => h("option", { value }))),
    h("p", { class: "muted" }, t("boardHint")),
    h("div", { class: "actions" }, h("button", { type: "submit" }, t("move"))),
  );
  const box = dialog(t("boardTitle"), "small", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    box.close();
    move(kept, field.value);
  });
  field.focus();
}

/**
 * What was on the sheet, each with its first pictures; a sheet opens again.
 * @param {(sheet: Sheet) => void} open
 */
export async function showHistory(open) {
  const root = byId("history-list");
  try {
    /** @type {{sheets: {time: string, title: string, recipes: Recipe[]}[]}} */
    const { sheets } = await get("/api/history");
    const time = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
    const painter = new Painter();
    const jobs = /** @type {{recipe: Recipe, show: (address: string) => void}[]} */ ([]);
    const lines = sheets.map((sheet) => {
      const pictures = sheet.recipes.slice(0, HISTORY_PICTURES).map((recipe) => {
        const image = h("img", { alt: "", loading: "lazy" });
        jobs.push({ recipe, show: (address) => (image.src = address) });
        return image;
      });
      const line = button("", () => open({ title: sheet.title, recipes: sheet.recipes, typed: false }), {
        class: "line",
        "aria-label": t("historyOpen", { title: sheet.title }),
      });
      line.append(
        h("span", { class: "words" }, h("em", {}, sheet.title), h("span", {}, `${time.format(new Date(sheet.time))} · ${t("historyCount", { count: sheet.recipes.length })}`)),
        h("span", { class: "pictures" }, ...pictures),
      );
      return h("li", {}, line);
    });
    root.replaceChildren(...(lines.length ? lines : [h("li", { class: "empty" }, t("historyEmpty"))]));
    painter.paint(jobs);
    return painter;
  } catch (error) {
    sayError(error);
    return null;
  }
}

/** The model's card: its Markdown, as far as cards use it. */
export async function showCard() {
  const { model, modiste } = store.studio;
  byId("model-facts").textContent = t("modelFacts", { ...model, hash: model.sha256.slice(0, 10), modiste });
  try {
    byId("card").replaceChildren(...markdown(await getText("/api/card")));
  } catch (error) {
    byId("card").replaceChildren();
    sayError(error);
  }
}

/**
 * Headings, tables, lists, code and paragraphs as elements; everything else stays text.
 * @param {string} text
 * @returns {HTMLElement[]}
 */
function markdown(text) {
  return text.split(/\n{2,}/).flatMap(blockOf);
}

/**
 * @param {string} block
 * @returns {HTMLElement[]}
 */
function blockOf(block) {
  const lines = block.trim().split("\n");
  const first = lines[0] ?? "";
  const heading = /^(#{1,4}) (.*)/.exec(first);
  if (heading) return [h(heading[1]?.length === 1 ? "h3" : "h4", {}, heading[2] ?? "")];
  if (first.startsWith("|")) return [table(lines)];
  if (first.startsWith("- ")) return [h("ul", {}, ...block.split(/^- /m).slice(1).map((line) => h("li", {}, ...inline(line))))];
  return first ? [h("p", {}, ...inline(lines.join(" ")))] : [];
}

/** @param {string[]} lines */
function table(lines) {
  const rows = lines.filter((line) => !/^\|[\s|:-]*\|$/.test(line));
  const cells = rows.map((line) => line.replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim()));
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": t("modelTitle") },
    h("table", {}, h("tbody", {}, ...cells.map((row) => h("tr", {}, ...row.map((cell, at) => h(at ? "td" : "th", at ? {} : { scope: "row" }, ...inline(cell))))))),
  );
}

/** @param {string} text */
function inline(text) {
  return text.split(/(`[^`]+`)/).map((part) => (part.startsWith("`") ? h("code", {}, part.slice(1, -1)) : part));
}
