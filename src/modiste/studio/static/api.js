// Speaking to the studio's server: every refusal arrives as an Error with a sentence.

import { t } from "./texts.js";

/**
 * @param {string} path
 * @param {RequestInit} [options]
 */
async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Error(t("unreachable"));
  }
  if (!answer.ok) {
    const said = await answer.json().catch(() => null);
    throw new Error(said?.error ?? `${answer.status} ${answer.statusText}`);
  }
  return answer;
}

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
export async function get(path) {
  return (await ask(path)).json();
}

/** @param {string} path */
export async function getText(path) {
  return (await ask(path)).text();
}

/**
 * A picture, loaded: its address is held by this page until it is revoked.
 * @param {string} path
 */
export async function getPicture(path) {
  const image = new Image();
  image.src = URL.createObjectURL(await (await ask(path)).blob());
  await image.decode();
  return image;
}

/**
 * Sends JSON and reads JSON; null where the answer has no body.
 * @param {string} path
 * @param {unknown} body
 * @param {{method?: string, signal?: AbortSignal | undefined}} [options]
 * @returns {Promise<any>}
 */
export async function send(path, body, { method = "POST", signal } = {}) {
  const answer = await ask(path, { method, body: JSON.stringify(body), signal: signal ?? null });
  return answer.status === 204 ? null : answer.json();
}

/**
 * Sends a file as it is and reads JSON.
 * @param {string} path
 * @param {Blob} file
 * @returns {Promise<any>}
 */
export async function sendFile(path, file) {
  return (await ask(path, { method: "POST", body: file })).json();
}

/**
 * A picture or archive as the server makes it.
 * @param {string} path
 * @param {unknown} body
 * @param {AbortSignal} [signal]
 */
export async function sendForBlob(path, body, signal) {
  return (await ask(path, { method: "POST", body: JSON.stringify(body), signal: signal ?? null })).blob();
}

/** @param {Kept} kept */
export function keptAddress(kept) {
  return `/api/kept/${encodeURIComponent(kept.id)}`;
}
