// The few words in which the page is built: elements without markup in strings.

import { t } from "./texts.js";

/**
 * Makes an element: properties starting with "on" are listeners, the rest attributes; true is an empty one.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

/**
 * The element of this id; the page's skeleton has it.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no element #${id}`);
  return element;
}

/**
 * A button with a text, and the key that does the same.
 * @param {string} text
 * @param {() => void} act
 * @param {Record<string, any>} [properties]
 */
export function button(text, act, properties = {}) {
  const { key, ...rest } = properties;
  const hint = key ? h("kbd", { "aria-hidden": "true" }, key) : null;
  return h("button", { type: "button", onclick: act, "aria-keyshortcuts": key, ...rest }, text, hint);
}

/**
 * Says something to screen readers and, for a while, to everybody; with an action it stays longer.
 * @param {string} text
 * @param {{label: string, act: () => void}} [action]
 */
export function say(text, action) {
  const box = byId("said");
  const line = h("p", {}, text);
  if (action) {
    line.append(" ", button(action.label, () => (line.remove(), action.act())));
  }
  box.replaceChildren(line);
  setTimeout(() => line.remove(), action ? 12000 : 4000);
}

/**
 * Shows an error's sentence; it stays until it is closed, something else is said or asked for.
 * @param {unknown} error
 */
export function sayError(error) {
  if (error instanceof DOMException && error.name === "AbortError") return;
  const close = button("×", unsayError, { class: "plain", "aria-label": t("close") });
  byId("said").replaceChildren(h("p", { class: "error" }, error instanceof Error ? error.message : String(error), close));
}

export function unsayError() {
  byId("said").querySelector(".error")?.remove();
}

/**
 * Opens a dialog with a title; returns it and closes it with Escape or its button.
 * @param {string} title
 * @param {string} kind
 * @param {...Node} children
 */
export function dialog(title, kind, ...children) {
  const before = document.activeElement;
  const box = h("dialog", { class: kind, "aria-label": title });
  const heading = h("header", {}, h("h2", {}, title), button("×", () => box.close(), { class: "plain", "aria-label": t("close") }));
  box.append(heading, ...children);
  box.addEventListener("close", () => {
    box.remove();
    if (before instanceof HTMLElement) before.focus();
  });
  document.body.append(box);
  box.showModal();
  return box;
}

/** What tells texts apart: without the words that all begin and end with. @param {string[]} texts */
export function differing(texts) {
  const all = texts.map((text) => text.split(/[\s,]+/));
  const [first = []] = all;
  const shared = (/** @type {(words: string[], at: number) => string | undefined} */ word) => {
    let count = 0;
    while (count < first.length && all.every((words) => word(words, count) === word(first, count))) count += 1;
    return count;
  };
  const before = shared((words, at) => words[at]);
  const after = shared((words, at) => words[words.length - 1 - at]);
  return texts.map((text, at) => all[at]?.slice(before, all[at].length - after).join(" ") || text);
}
