// Keys: one list that acts and explains itself.

import { button, dialog, h } from "./dom.js";
import { t } from "./texts.js";

const MEMORY = "modiste-keys";

/** @typedef {{key: string, text: import("./texts.js").TextKey, act?: () => void}} Key */

/** Whether letters act outside of fields; people who speak to their computer turn this off. */
function lettersAct() {
  try {
    return localStorage.getItem(MEMORY) !== "off";
  } catch {
    return true;
  }
}

/** @param {Key[]} keys */
export function listen(keys) {
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    const typing = target.matches("textarea, select, input:not([type=range], [type=checkbox])");
    if (event.ctrlKey) {
      if (event.key === "z" && !typing) run("u", event);
      return;
    }
    if (typing || (!lettersAct() && event.key !== "?")) return;
    run(event.key, event);
  });

  /**
   * @param {string} pressed
   * @param {KeyboardEvent} event
   */
  function run(pressed, event) {
    const key = keys.find((one) => one.key.split(" ").includes(pressed) && one.act);
    if (!key?.act) return;
    event.preventDefault();
    key.act();
  }
}

/** @param {Key[]} keys */
export function showHelp(keys) {
  const letters = h("input", { type: "checkbox", id: "letters" });
  letters.checked = lettersAct();
  letters.addEventListener("change", () => {
    try {
      localStorage.setItem(MEMORY, letters.checked ? "on" : "off");
    } catch {
      // without storage it holds until the page is loaded again
    }
  });
  const rows = keys.map(({ key, text }) => [h("dt", {}, ...key.split(" ").map((one) => h("kbd", {}, one))), h("dd", {}, t(text))]);
  const box = dialog(
    t("helpTitle"),
    "help",
    h("dl", {}, ...rows.flat()),
    h("label", { class: "check" }, letters, h("span", {}, `${t("helpKeys")}. ${t("helpKeysHint")}`)),
  );
  box.append(h("div", { class: "actions" }, button(t("close"), () => box.close())));
}
