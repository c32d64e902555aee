// The start of the page: its parts, its addresses, its keys.

import { get, keptAddress } from "./api.js";
import { DesignPage } from "./design.js";
import { button, byId, dialog, h, say, sayError } from "./dom.js";
import { GamePage } from "./game.js";
import { listen, showHelp } from "./keys.js";
import { ShelfPage, askForBoard, showCard, showHistory } from "./pages.js";
import { pictureOf } from "./painter.js";
import { changes, clearPicked, exportItems, keep, keptOf, pick, refreshKept, remove, star, store, undo } from "./store.js";
import { t } from "./texts.js";

const PAGES = /** @type {const} */ (["design", "kept", "history", "game", "model"]);
const THEME = "modiste-theme";
const MOST_COMPARED = 6;

for (const element of document.querySelectorAll("[data-text]")) {
  element.textContent = t(/** @type {any} */ (element.getAttribute("data-text")));
}
for (const name of ["aria-label", "title"]) {
  for (const element of document.querySelectorAll(`[data-${name}]`)) {
    element.setAttribute(name, t(/** @type {any} */ (element.getAttribute(`data-${name}`))));
  }
}
document.title = t("title");

/** @type {import("./painter.js").Painter | null} */
let historyPainter = null;

async function start() {
  store.studio = await get("/api/state");
  const steering = {
    nearby: (/** @type {Item} */ item, /** @type {"small" | "large"} */ step) => toDesigns(() => designs.nearby(item, step)),
    colourways: (/** @type {Item} */ item) => toDesigns(() => designs.colourways(item)),
    fantasies: (/** @type {Item} */ item) => toDesigns(() => designs.fantasies(item)),
    edit: (/** @type {Item} */ item) => toDesigns(() => designs.edit(item)),
    move: askForBoard,
    mixStarred,
    remove: (/** @type {Item} */ item) => {
      const kept = keptOf(item);
      if (kept) remove(kept).then(() => shelf.bench.focus());
    },
  };
  const designs = new DesignPage(steering);
  const shelf = new ShelfPage(steering);
  const game = store.studio.run ? new GamePage() : null;
  byId("nav-game").hidden = !game;
  changes.addEventListener("picked", showPicked);
  changes.addEventListener("kept", showNotices);

  /** @param {() => void} act */
  function toDesigns(act) {
    if (page() !== "design") location.hash = "design";
    act();
  }

  const bench = () => (page() === "kept" ? shelf.bench : page() === "design" ? designs.bench : null);
  const withItem = (/** @type {(item: Item) => void} */ act) => () => {
    const item = bench()?.item;
    if (item) act(item);
  };
  const onShelf = (/** @type {(item: Item) => void} */ act) => () => {
    const item = shelf.bench.item;
    if (page() === "kept" && item) act(item);
  };

  /** @param {Item[]} items */
  function mixOf(items) {
    if (items.length < 2) return say(t("needTwo"));
    toDesigns(() => designs.mix(items.slice(0, 24)));
  }

  function mixStarred() {
    const starred = store.kept.filter((kept) => kept.starred).map((kept) => ({ recipe: kept.recipe }));
    if (starred.length < 2) return say(t("needTwoStarred"));
    mixOf(starred);
  }

  function morph() {
    const [first, second] = store.picked.slice(-2);
    if (!first || !second) return say(t("needTwo"));
    toDesigns(() => designs.morph(first, second));
  }

  /** @type {import("./keys.js").Key[]} */
  const keys = [
    { key: "/", text: "keyDescribe", act: () => toDesigns(() => designs.describe.field.focus()) },
    { key: "Enter", text: "keyGrid" },
    { key: "← → ↑ ↓", text: "keyArrows" },
    { key: "k", text: "keyKeep", act: withItem(keep) },
    { key: "s", text: "keyStar", act: withItem(star) },
    { key: "m", text: "keySmall", act: withItem((item) => steering.nearby(item, "small")) },
    { key: "M", text: "keyLarge", act: withItem((item) => steering.nearby(item, "large")) },
    { key: "c", text: "keyColour", act: withItem(steering.colourways) },
    ...(store.studio.phrases ? [{ key: "f", text: /** @type {const} */ ("keyFantasy"), act: withItem(steering.fantasies) }] : []),
    { key: "w", text: "keyEdit", act: withItem(steering.edit) },
    { key: "x", text: "keyPick", act: withItem(pick) },
    { key: "=", text: "keyCompare", act: compare },
    { key: "o", text: "keyMorph", act: morph },
    { key: "i", text: "keyMix", act: () => mixOf(store.picked) },
    { key: "I", text: "keyMixStarred", act: mixStarred },
    { key: "n", text: "keyNew", act: () => toDesigns(() => designs.newSeeds()) },
    { key: "l", text: "keyLock", act: () => designs.lock.click() },
    { key: "[", text: "keyLessDaring", act: () => designs.moreDaring(-0.05) },
    { key: "]", text: "keyMoreDaring", act: () => designs.moreDaring(0.05) },
    { key: ",", text: "keyBack", act: () => toDesigns(() => designs.back()) },
    { key: "e", text: "keyExport", act: withItem((item) => exportItems([item])) },
    { key: "b", text: "keyBoard", act: onShelf(askForBoard) },
    { key: "d", text: "keyDelete", act: onShelf(steering.remove) },
    { key: "u", text: "keyUndo", act: undo },
    ...PAGES.map((name, at) => ({ key: String(at + 1), text: navText(name), act: () => (location.hash = name) })).filter(
      ({ text }) => game || text !== "navGame",
    ),
    { key: "t", text: "keyTheme", act: changeTheme },
    { key: "?", text: "keyHelp", act: () => showHelp(keys) },
  ];
  listen(keys);
  byId("help").addEventListener("click", () => showHelp(keys));
  byId("theme").addEventListener("click", changeTheme);
  byId("compare").addEventListener("click", compare);
  byId("morph-picked").addEventListener("click", morph);
  byId("mix").addEventListener("click", () => mixOf(store.picked));
  byId("clear").addEventListener("click", clearPicked);
  designs.describe.field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    designs.bench.focus();
  });

  async function showPage() {
    const name = page();
    for (const other of PAGES) {
      byId(`page-${other}`).hidden = other !== name;
      if (other === name) byId(`nav-${other}`).setAttribute("aria-current", "page");
      else byId(`nav-${other}`).removeAttribute("aria-current");
    }
    document.title = `${t(navText(name))} · ${t("title")}`;
    historyPainter?.stop();
    game?.hide();
    if (name === "kept") await refreshKept().catch(sayError);
    if (name === "history") historyPainter = await showHistory((sheet) => toDesigns(() => designs.open(sheet)));
    if (name === "game") await game?.show();
    if (name === "model") await showCard();
  }
  window.addEventListener("hashchange", showPage);
  await refreshKept().catch(sayError);
  await designs.restore();
  await showPage();
  showPicked();
  document.body.classList.add("ready");
}

function page() {
  const name = location.hash.slice(1);
  const known = PAGES.find((one) => one === name) ?? "design";
  return known === "game" && !store.studio.run ? "design" : known;
}

/** @param {(typeof PAGES)[number]} name */
function navText(name) {
  return /** @type {const} */ ({ design: "navDesign", kept: "navKept", history: "navHistory", game: "navGame", model: "navModel" })[name];
}

/** The tray of picked designs. */
function showPicked() {
  const { picked } = store;
  const tray = byId("picked");
  tray.hidden = picked.length === 0;
  byId("picked-count").textContent = t("pickedCount", { count: picked.length });
  byId("picked-pictures").replaceChildren(
    ...picked.slice(-8).map((item) => {
      const image = h("img", { alt: "" });
      address(item).then((src) => (image.src = src), sayError);
      const thumb = button("", () => pick(item), { class: "thumb", "aria-label": `${t("unpick")}: ${t("design", item.recipe)}` });
      thumb.append(image);
      return thumb;
    }),
  );
}

/** @param {Item} item */
async function address(item) {
  return item.kept ? keptAddress(item.kept) : pictureOf(item.recipe);
}

function compare() {
  const items = store.picked.slice(-MOST_COMPARED);
  if (items.length < 2) return say(t("needTwo"));
  const figures = items.map((item) => {
    const image = h("img", { alt: t("design", item.recipe) });
    address(item).then((src) => (image.src = src), sayError);
    return h("figure", {}, h("div", { class: "paper" }, image), h("figcaption", {}, h("em", {}, item.recipe.description), h("span", {}, t("captionSeed", item.recipe))));
  });
  dialog(t("compareTitle"), "compare", h("div", { class: "side-by-side" }, ...figures));
}

function showNotices() {
  const { notices, home } = store.studio;
  byId("notices").replaceChildren(...notices.map((notice) => h("p", {}, t(notice, { home }))));
}

function isDark() {
  const chosen = document.documentElement.dataset["theme"];
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function changeTheme() {
  setTheme(isDark() ? "light" : "dark");
}

/** @param {string | null} theme */
function setTheme(theme) {
  if (theme === "dark" || theme === "light") {
    document.documentElement.dataset["theme"] = theme;
    try {
      localStorage.setItem(THEME, theme);
    } catch {
      // it holds until the page is loaded again
    }
  }
  const other = t(isDark() ? "themeLight" : "themeDark");
  byId("theme").textContent = other;
  byId("theme").setAttribute("aria-label", t("themeLabel", { theme: other.toLowerCase() }));
}

try {
  setTheme(localStorage.getItem(THEME));
} catch {
  setTheme(null);
}
if (matchMedia("(max-width: 46rem)").matches) byId("more").removeAttribute("open"); // the garments come first
start().catch(sayError);
