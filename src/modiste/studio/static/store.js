// What the page knows: the studio's state, the shelf, what is picked. Changes are told as events.

import { get, keptAddress, send, sendForBlob } from "./api.js";
import { say, sayError } from "./dom.js";
import { keyOf } from "./painter.js";
import { t } from "./texts.js";

/** Tells "kept" when the shelf changed and "picked" when another set of designs is picked. */
export const changes = new EventTarget();

/** @type {{studio: StudioState, kept: Kept[], picked: Item[]}} */
export const store = {
  studio: /** @type {any} */ (null),
  kept: [],
  picked: [],
};

/** @type {Map<string, Kept>} */
let byRecipe = new Map();
/** @type {Kept[]} what was deleted in this visit, the last at the end */
const deleted = [];

/** @param {"kept" | "picked"} what */
function tell(what) {
  changes.dispatchEvent(new Event(what));
}

/**
 * The picture on the shelf that an item is, if it was kept.
 * @param {Item} item
 */
export function keptOf(item) {
  if (item.kept) return store.kept.find((kept) => kept.id === item.kept?.id);
  return byRecipe.get(keyOf(item.recipe));
}

/** Whether this model drew a kept picture. @param {Kept} kept */
export function isOurs(kept) {
  return kept.model.sha256 === store.studio.model.sha256;
}

export async function refreshKept() {
  const answer = await get("/api/kept");
  store.kept = answer.kept;
  store.studio.notices = answer.notices;
  byRecipe = new Map(store.kept.filter(isOurs).map((kept) => [keyOf(kept.recipe), kept]));
  tell("kept");
}

/**
 * Runs what changes the shelf, then looks at it again; says what went wrong.
 * @param {() => Promise<void>} work
 */
async function changing(work) {
  try {
    await work();
  } catch (error) {
    sayError(error);
    return;
  } finally {
    await refreshKept().catch(sayError);
  }
}

/** @param {Item} item */
export function keep(item) {
  return changing(async () => {
    if (keptOf(item)) return say(t("saidAlready"));
    await send("/api/kept", { recipe: item.recipe, board: "", starred: false });
    say(t("saidKept"));
  });
}

/** @param {Item[]} items */
export function keepAll(items) {
  return changing(async () => {
    const fresh = items.filter((item) => !keptOf(item));
    for (const item of fresh) await send("/api/kept", { recipe: item.recipe, board: "", starred: false });
    say(t("saidKeptAll", { count: fresh.length }));
  });
}

/** Stars a design, which keeps it; or takes the star off. @param {Item} item */
export function star(item) {
  return changing(async () => {
    const kept = keptOf(item);
    if (!kept) await send("/api/kept", { recipe: item.recipe, board: "", starred: true });
    else await send(keptAddress(kept), { starred: !kept.starred }, { method: "PATCH" });
    say(t(kept?.starred ? "saidUnstarred" : "saidStarred"));
  });
}

/**
 * @param {Kept} kept
 * @param {string} board
 */
export function move(kept, board) {
  return changing(async () => {
    await send(keptAddress(kept), { board }, { method: "PATCH" });
    say(board.trim() ? t("saidMoved", { board }) : t("saidUnboarded"));
  });
}

/** @param {Kept} kept */
export function remove(kept) {
  return changing(async () => {
    await send(keptAddress(kept), {}, { method: "DELETE" });
    deleted.push(kept);
    say(t("saidDeleted"), { label: t("undo"), act: undo });
  });
}

export function undo() {
  return changing(async () => {
    const last = deleted.at(-1);
    if (!last) return say(t("saidNothingToUndo"));
    await send(`${keptAddress(last)}/restore`, {});
    deleted.pop();
    say(t("saidRestored"));
  });
}

/** @param {Item} item */
export function isPicked(item) {
  return store.picked.some((other) => keyOf(other.recipe) === keyOf(item.recipe));
}

/** @param {Item} item */
export function pick(item) {
  const key = keyOf(item.recipe);
  const without = store.picked.filter((other) => keyOf(other.recipe) !== key);
  const added = without.length === store.picked.length;
  store.picked = added ? [...without, item] : without;
  say(t(added ? "saidPicked" : "saidUnpicked", { count: store.picked.length }));
  tell("picked");
}

export function clearPicked() {
  store.picked = [];
  tell("picked");
}

/**
 * Saves designs as files: one as PNG, several as ZIP.
 * @param {Item[]} items
 */
export async function exportItems(items) {
  const first = items[0];
  if (!first) return;
  const allKept = items.every((item) => item.kept);
  const body = allKept ? { ids: items.map((item) => item.kept?.id) } : { recipes: items.map((item) => item.recipe) };
  try {
    const address = URL.createObjectURL(await sendForBlob("/api/export", body));
    const words = first.recipe.description.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60);
    const link = document.createElement("a");
    link.href = address;
    link.download = items.length === 1 ? `${words}-${first.recipe.seed}.png` : `${words}.zip`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    say(t("saidExported"));
  } catch (error) {
    sayError(error);
  }
}
