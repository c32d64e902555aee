// The shapes that the page and the server share; `modiste/studio` answers in them.

/** All that a picture is drawn from. Seeds are digits in a string: JavaScript's numbers end at 2**53. */
interface Recipe {
  description: string;
  seed: string;
  noise?: [string, number][];
  text?: [string, number][];
  truncation?: number;
}

interface Kept {
  id: string;
  recipe: Recipe;
  board: string;
  starred: boolean;
  time: string;
  model: { name: string | null; sha256: string | null };
}

/** What a grid shows: a recipe to be drawn, or a picture on the shelf. */
interface Item {
  recipe: Recipe;
  kept?: Kept;
}

interface Sheet {
  title: string;
  recipes: Recipe[];
  /** Typed sheets follow the description and the seed; the others stay as they were made. */
  typed: boolean;
  /** Every step of a morph; the sheet shows some of them, the slider all. */
  path?: Recipe[];
}

interface Segment {
  text: string;
  kind: "value" | "heard" | "known" | "free" | "unknown" | "quiet";
  role: string;
  value: string;
  suggestions: string[];
  heard: string[];
}

type Role = "gender" | "style" | "colour" | "article";

interface StudioState {
  modiste: string;
  model: { name: string; sha256: string; size: number };
  vocabulary: Record<Role, string[]>;
  home: string;
  notices: ("readonly" | "shared")[];
  run: string | null;
  nearest: boolean;
  phrases: boolean;
}

interface Game {
  name: string;
  family: string;
  article: boolean;
  photos: number;
  budget: number;
  images: number[];
  curves: Record<"discriminator_loss" | "generator_loss" | "hits_on_real" | "hits_on_fake", (number | null)[]>;
  sheets: number[];
  /** Of each sheet; null where the officer was not asked. */
  verdicts: (Verdicts | null)[];
}

/** How likely the officer took each picture for a real photo of its description, from 0 to 1. */
interface Verdicts {
  /** Where the drawn pictures lie on the sheet, in pixels: rows of descriptions, columns of noise. */
  places: { left: number; top: number; width: number; height: number; gap: number };
  drawn: { description: string; real: number[] }[];
  photos: { description: string; real: number }[];
}

interface NearPhoto {
  number: number;
  id: string;
  description: string;
  distance: number;
}
