// What the pages say of recipes: seeds, daring, a title's words.

export const MAX_SEED = 2n ** 63n - 1n;

/** A seed that chance chooses. */
export function newSeed() {
  return String(crypto.getRandomValues(new Uint32Array(1))[0]);
}

/** @param {string} text */
export function isSeed(text) {
  return /^\d{1,19}$/.test(text.trim()) && BigInt(text) <= MAX_SEED;
}

/** @param {Recipe} recipe @param {number} daring @returns {Recipe} */
export function withDaring({ truncation: _, ...rest }, daring) {
  return daring === 1 ? rest : { ...rest, truncation: daring };
}

/** A short name for a title. @param {string} description */
export function brief(description) {
  return description.length > 60 ? `${description.slice(0, 59)}…` : description;
}
