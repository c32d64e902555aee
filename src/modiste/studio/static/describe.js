// The description: what is typed, which words the model hears, and pickers from its own vocabulary.

import { send } from "./api.js";
import { button, byId, h, sayError, unsayError } from "./dom.js";
import { store } from "./store.js";
import { t } from "./texts.js";

/** @type {Role[]} */
const ROLES = ["gender", "style", "colour", "article"];

/** So long after a key the word at the caret may still be in the making, and nothing is said against it. */
const TYPING_MILLISECONDS = 600;

export class Describe {
  #asked = 0;
  #typedAt = -TYPING_MILLISECONDS;
  #rested = 0;
  /** @type {Segment[]} */
  #shown = [];
  #said = "";
  /** @type {Map<Role, HTMLSelectElement>} */
  #pickers = new Map();

  /** @param {(description: string) => void} changed called with every change of the words */
  constructor(changed) {
    this.changed = changed;
    this.field = /** @type {HTMLTextAreaElement} */ (byId("description"));
    this.mirror = byId("mirror");
    this.notes = byId("unknown");
    this.field.placeholder = t("describeHint");
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("scroll", () => (this.mirror.scrollTop = this.field.scrollTop));
    for (const role of ROLES) this.#addPicker(role);
  }

  get value() {
    return this.field.value;
  }

  /** @param {string} description */
  set value(description) {
    this.field.value = description;
    this.#notYetRead();
    this.read();
  }

  #typed() {
    this.#typedAt = performance.now();
    unsayError();
    this.#notYetRead();
    this.changed(this.value);
    this.read();
  }

  /** What stands before a change stays as it was, so that nothing blinks with every key. */
  #notYetRead() {
    clearTimeout(this.#rested);
    const same = [];
    let end = 0;
    for (const segment of this.#shown) {
      if (!this.value.startsWith(segment.text, end)) break;
      same.push(segment);
      end += segment.text.length;
    }
    this.#mirror([...same, quiet(this.value.slice(end))]);
  }

  /**
   * Asks what the model hears; with a role, after this value was chosen for it.
   * @param {{role: Role, value: string}} [choice]
   */
  async read(choice) {
    const number = ++this.#asked;
    const before = this.value;
    try {
      const { description, segments } = await send("/api/read", { description: before, ...choice });
      if (number !== this.#asked) return;
      if (description !== before) {
        this.field.value = description;
        this.changed(description);
      }
      this.#show(segments);
    } catch (error) {
      this.#mirror([quiet(this.value)]);
      this.#said = "";
      this.notes.replaceChildren();
      sayError(error);
    }
  }

  /** @param {Segment[]} read */
  #show(read) {
    clearTimeout(this.#rested);
    const left = this.#typedAt + TYPING_MILLISECONDS - performance.now();
    if (left > 0) this.#rested = setTimeout(() => this.#show(read), left);
    const segments = left > 0 ? withoutTyped(read, this.field.selectionStart) : read;
    this.#mirror(segments);
    for (const [role, picker] of this.#pickers) {
      picker.value = segments.find((segment) => segment.role === role)?.value ?? "";
    }
    const unknown = segments.filter((segment) => segment.kind === "unknown");
    const heard = segments.some((segment) => ["value", "known", "heard"].includes(segment.kind));
    const others = segments.filter((segment) => segment.kind === "heard").slice(0, 6);
    // Said once: notes that come anew with every key would be read out anew, and slip from under the mouse.
    const nothing = !heard && this.value.trim() !== "" && (unknown.length > 0 || left <= 0);
    const said = JSON.stringify([unknown, others, nothing, !this.value.trim()]);
    if (said === this.#said) return;
    this.#said = said;
    const notes = unknown.slice(0, 6).map((segment) => this.#note(segment));
    notes.push(...others.map(({ text, heard }) => h("p", {}, t("heardAs", { word: text, other: heard.join(", ") }))));
    if (nothing) notes.unshift(h("p", {}, t("hearsNothing")));
    if (!this.value.trim()) notes.push(h("p", {}, t("typeSomething")));
    this.notes.replaceChildren(...notes);
  }

  /** @param {Segment} segment */
  #note(segment) {
    const line = h("p", {}, t("unknown", { word: segment.text }));
    if (segment.suggestions.length) line.append(` ${t("tryInstead")} `);
    for (const other of segment.suggestions) {
      const replace = () => {
        const target = this.#shown.find((one) => one.kind === "unknown" && one.text === segment.text);
        this.field.value = this.#shown.map((one) => (one === target ? other : one.text)).join("");
        this.#typed();
        this.field.focus();
      };
      line.append(button(other, replace, { class: "word", "aria-label": t("replaceWith", { word: segment.text, other }) }));
    }
    return line;
  }

  /**
   * The same text behind the field, its unknown words underlined, and thinly those heard as others; the line that is typed on gives it its height.
   * @param {Segment[]} segments
   */
  #mirror(segments) {
    this.#shown = segments;
    this.mirror.replaceChildren(
      ...segments.map((segment) => h("span", ["unknown", "heard"].includes(segment.kind) ? { class: segment.kind } : {}, segment.text)),
      "\u200b",
    );
  }

  /** @param {Role} role */
  #addPicker(role) {
    const values = store.studio.vocabulary[role];
    if (!values.length) return;
    const picker = h(
      "select",
      { "aria-label": t(role), onchange: () => this.read({ role, value: picker.value }) },
      h("option", { value: "" }, t("any", { role: t(role).toLowerCase() })),
      ...values.map((value) => h("option", { value }, value)),
    );
    this.#pickers.set(role, picker);
    byId("pickers").append(picker);
  }
}

/** @param {string} text @returns {Segment} */
function quiet(text) {
  return { text, kind: "quiet", role: "", value: "", suggestions: [], heard: [] };
}

/**
 * The segments, the unknown word at whose end the caret stands passed over.
 * @param {Segment[]} segments
 * @param {number} caret
 */
function withoutTyped(segments, caret) {
  let end = 0;
  return segments.map((segment) => {
    end += segment.text.length;
    return segment.kind === "unknown" && end === caret ? quiet(segment.text) : segment;
  });
}
