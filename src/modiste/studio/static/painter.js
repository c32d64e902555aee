// Drawing what is asked for last: a new sheet drops what the one before still waits for.

import { sendForBlob } from "./api.js";
import { sayError } from "./dom.js";

const AT_ONCE = 2;
const REMEMBERED = 600;

/** @type {Map<string, string>} recipe -> address of its picture, oldest first */
const pictures = new Map();

/** @param {Recipe} recipe */
export function keyOf(recipe) {
  return JSON.stringify([recipe.noise ?? recipe.seed, recipe.text ?? recipe.description, recipe.truncation ?? 1]);
}

/**
 * The address of a recipe's picture, drawn unless it is remembered.
 * @param {Recipe} recipe
 * @param {AbortSignal} [signal]
 */
export async function pictureOf(recipe, signal) {
  const key = keyOf(recipe);
  let address = pictures.get(key);
  if (address) pictures.delete(key);
  else address = URL.createObjectURL(await sendForBlob("/api/draw", { recipe }, signal));
  pictures.set(key, address);
  for (const [old, oldAddress] of pictures) {
    if (pictures.size <= REMEMBERED) break;
    pictures.delete(old);
    URL.revokeObjectURL(oldAddress);
  }
  return address;
}

/** Draws a sheet's pictures two at a time, in the order given; a newer sheet comes first. */
export class Painter {
  #controller = new AbortController();

  /** @param {{recipe: Recipe, show: (address: string) => void}[]} jobs */
  paint(jobs) {
    this.#controller.abort();
    const controller = (this.#controller = new AbortController());
    const waiting = [...jobs];
    const work = async () => {
      for (let job = waiting.shift(); job && !controller.signal.aborted; job = waiting.shift()) {
        const address = await pictureOf(job.recipe, controller.signal);
        if (!controller.signal.aborted) job.show(address);
      }
    };
    // The first has every core to itself: it is the one that is looked at.
    const first = async () => {
      const rest = waiting.splice(1);
      await work();
      waiting.push(...rest);
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    };
    return first().catch((error) => {
      controller.abort();
      sayError(error);
    });
  }

  stop() {
    this.#controller.abort();
  }
}

/**
 * Shows what a slider asks for: always the newest wish, never a queue.
 * @template Wish
 */
export class Follower {
  /** @type {{wish: Wish} | null} */
  #next = null;
  busy = false;

  /** @param {(wish: Wish) => Promise<void>} show */
  constructor(show) {
    this.show = show;
  }

  /** @param {Wish} wish */
  async follow(wish) {
    this.#next = { wish };
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.#next) {
        /** @type {{wish: Wish}} */
        const { wish: newest } = this.#next;
        this.#next = null;
        await this.show(newest);
      }
    } catch (error) {
      this.#next = null;
      sayError(error);
    } finally {
      this.busy = false;
    }
  }
}
