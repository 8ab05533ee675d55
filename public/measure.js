// @ts-check
/** The arithmetic of the viewer's tools: distances, rings, true size, how metals look. No page, no model. */

/** @typedef {[number, number, number]} Point millimetres, unless it says otherwise */

/** @param {Point} a @param {Point} b */
export const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** @param {Point} a @param {Point} b @returns {Point} */
const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** @param {Point} a @param {Point} b @returns {Point} */
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

/**
 * The diameter of the circle through three points; null when they lie on a line or too near to each other.
 * (The product of a triangle's sides over twice its surface.)
 * @param {Point} a @param {Point} b @param {Point} c
 */
export function diameterThrough(a, b, c) {
  const sides = [distance(a, b), distance(b, c), distance(c, a)];
  const twice = Math.hypot(...cross(minus(b, a), minus(c, a)));
  const longest = Math.max(...sides);
  if (!(twice > 0.02 * longest * longest)) return null;
  return (sides[0] * sides[1] * sides[2]) / twice;
}

/**
 * A ring's sizes by its inner diameter: the Russian one is the diameter in quarters of a millimetre, the ISO 8653
 * one the girth in millimetres.
 * @param {number} diameter
 */
export const ringSizes = (diameter) => ({
  russian: Math.round(diameter * 4) / 4,
  iso: Math.round(diameter * Math.PI),
});

/**
 * How far the eye must stand for a model to be as large on the screen as in the hand, metres.
 * @param {number} height of the view, CSS pixels
 * @param {number} scale CSS pixels of a millimetre on this screen
 * @param {number} degrees the view's upright angle
 */
export const trueDistance = (height, scale, degrees) =>
  height / scale / 2000 / Math.tan((degrees * Math.PI) / 360);

/** A bank card's long side, millimetres (ISO/IEC 7810, ID-1). */
export const CARD = 85.6;

/** Linear reflectance of metals, looked at straight. */
const METALS = /** @type {Record<string, Point>} */ ({
  'gold-yellow': [1, 0.7, 0.34], 'gold-rose': [0.98, 0.6, 0.47], 'gold-red': [0.96, 0.55, 0.4],
  'gold-white': [0.8, 0.77, 0.71], 'gold-green': [0.88, 0.78, 0.42], silver: [0.95, 0.93, 0.88],
  platinum: [0.68, 0.66, 0.63], palladium: [0.72, 0.69, 0.66], titanium: [0.54, 0.5, 0.45],
  bronze: [0.8, 0.55, 0.33], brass: [0.89, 0.75, 0.41],
});

/**
 * How an order's alloy looks; null for one that is not known.
 * @param {string} material as the shop names it, `gold-585-yellow`
 * @returns {Point | null}
 */
export function lookOf(material) {
  const [metal, , tone = 'yellow'] = material.split('-');
  if (/-(black|oxidi[sz]ed)$/.test(material)) return [0.16, 0.155, 0.15];
  if (/-rhodium$/.test(material)) return [0.78, 0.77, 0.76];
  const name = metal === 'gold' ? `gold-${tone}` : metal;
  return Object.hasOwn(METALS, name) ? METALS[name] : null;
}

/** Bytes of a triangle in a file that is not packed: half a point with its normal, and three numbers of points. */
const TRIANGLE = 36;
/** Bytes of such a file for a pixel: opened, it takes four, and a third of that for the smaller copies of its picture. */
const PIXEL = 16 / 3 / 6;

/**
 * Whether a model may be more than this device can hold. Opened, a file takes about six times its bytes; a packed one six
 * times what it would be without that.
 * @param {{ memory?: number, coarse: boolean }} device gigabytes, where the browser tells; a finger for a pointer
 * @param {Parameters<typeof unpacked>} weights
 */
export function isTooBig({ memory, coarse }, ...weights) {
  const room = memory ?? (coarse ? 2 : 8);
  return unpacked(...weights) > room * 12_000_000;
}

/**
 * Bytes of a file that takes as much once it is opened, and is not packed.
 * @param {number} bytes
 * @param {number} [triangles] where they were counted
 * @param {number} [pixels] of its pictures, likewise
 */
export const unpacked = (bytes, triangles = 0, pixels = 0) => Math.max(bytes, triangles * TRIANGLE) + pixels * PIXEL;
