// The description: what is typed, which words the model hears, and pickers from its own vocabulary.

import { send } from "./api.js";
import { button, byId, h, sayError } from "./dom.js";
import { store } from "./store.js";
import { t } from "./texts.js";

/** @type {Role[]} */
const ROLES = ["gender", "style", "colour", "article"];

export class Describe {
  #asked = 0;
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
    for (const role of ROLES) this.#addPicker(role);
  }

  get value() {
    return this.field.value;
  }

  /** @param {string} description */
  set value(description) {
    this.field.value = description;
    this.read();
  }

  #typed() {
    this.#mirror([{ text: this.value, kind: "quiet", role: "", value: "", suggestions: [], heard: [] }]);
    this.changed(this.value);
    this.read();
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
      this.#mirror([]);
      this.notes.replaceChildren();
      sayError(error);
    }
  }

  /** @param {Segment[]} segments */
  #show(segments) {
    this.#mirror(segments);
    for (const [role, picker] of this.#pickers) {
      picker.value = segments.find((segment) => segment.role === role)?.value ?? "";
    }
    const unknown = segments.filter((segment) => segment.kind === "unknown");
    const heard = segments.some((segment) => ["value", "known", "heard"].includes(segment.kind));
    const notes = unknown.slice(0, 6).map((segment) => this.#note(segment));
    const others = segments.filter((segment) => segment.kind === "heard").slice(0, 6);
    notes.push(...others.map(({ text, heard }) => h("p", {}, t("heardAs", { word: text, other: heard.join(", ") }))));
    if (unknown.length && !heard) notes.unshift(h("p", {}, t("hearsNothing")));
    if (!this.value.trim()) notes.push(h("p", {}, t("typeSomething")));
    this.notes.replaceChildren(...notes);
  }

  /** @param {Segment} segment */
  #note(segment) {
    const line = h("p", {}, t("unknown", { word: segment.text }));
    if (segment.suggestions.length) line.append(` ${t("tryInstead")} `);
    for (const other of segment.suggestions) {
      const replace = () => {
        this.field.value = this.value.replace(segment.text, other);
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
