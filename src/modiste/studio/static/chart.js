// Two curves over pictures seen, with a line at the moment that is looked at.

import { h } from "./dom.js";
import { t } from "./texts.js";

const WIDTH = 520;
const HEIGHT = 180;
const LEFT = 34;
const BOTTOM = 20;

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** @param {number} count */
export function short(count) {
  return new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 }).format(count);
}

export class Chart {
  /**
   * @param {string} title
   * @param {{name: string, values: (number | null)[], kind: string}[]} lines
   * @param {number[]} images where each value was taken
   * @param {number} top the axis's end
   * @param {(value: number) => string} format
   */
  constructor(title, lines, images, top, format) {
    this.title = title;
    this.last = Math.max(images.at(-1) ?? 1, 1);
    const x = (/** @type {number} */ seen) => LEFT + ((WIDTH - LEFT - 4) * seen) / this.last;
    const y = (/** @type {number} */ value) => 8 + (HEIGHT - BOTTOM - 8) * (1 - Math.min(value, top) / top);
    this.x = x;
    this.marker = svg("line", { class: "marker", y1: 8, y2: HEIGHT - BOTTOM });
    const ticks = [0, top / 2, top].flatMap((value) => [
      svg("line", { class: "rule", x1: LEFT, x2: WIDTH - 4, y1: y(value), y2: y(value) }),
      svg("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, format(value)),
    ]);
    const ends = [0, this.last].map((seen) =>
      svg("text", { x: x(seen), y: HEIGHT - 4, "text-anchor": seen ? "end" : "start" }, short(seen)),
    );
    const paths = lines.map(({ values, kind }) => {
      let pen = "M";
      const points = values.map((value, at) => {
        if (value == null) return ((pen = "M"), "");
        const point = `${pen}${x(images[at] ?? 0).toFixed(1)} ${y(value).toFixed(1)}`;
        pen = "L";
        return point;
      });
      return svg("path", { class: kind, d: points.join("") });
    });
    this.picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" }, ...ticks, ...ends, ...paths, this.marker);
    const legend = lines.map(({ name, kind }) => h("span", { class: `key ${kind}` }, name));
    this.element = h("figure", { class: "chart" }, h("figcaption", {}, h("strong", {}, title), ...legend), this.picture);
  }

  /**
   * @param {number} seen
   * @param {string} now what a screen reader hears of this moment
   */
  mark(seen, now) {
    const x = this.x(Math.min(seen, this.last));
    this.marker.setAttribute("x1", String(x));
    this.marker.setAttribute("x2", String(x));
    this.picture.setAttribute("aria-label", t("gameChart", { title: this.title, now }));
  }
}
