// @ts-check
/** What is fetched ahead of the reader, and when not at all. No page, no worker. */

/** At once: a browser has six connections to a server, and the reader comes first. */
const AT_ONCE = 2;
/** Of free orders so many are fetched ahead, and so many bytes in all. */
export const FREE = 12;
const FREE_BYTES = 256_000_000;

/**
 * Whether the line is one that nothing is fetched ahead on.
 * @param {{ saveData?: boolean, type?: string, effectiveType?: string } | undefined} connection
 */
export const isDear = (connection) => connection !== undefined && (connection.saveData === true
  || connection.type === 'cellular' || /2g|3g/.test(connection.effectiveType ?? ''));

/**
 * What to fetch now: my own, then what the pointer rests on, then free ones within their budget.
 * @param {{ sha256: string, size: number, mine: boolean }[]} missing in the page's order
 * @param {string | null} pointed
 * @param {{ count: number, bytes: number }} spent on free ones so far
 */
export function choose(missing, pointed, spent) {
  const rank = (/** @type {{ sha256: string, mine: boolean }} */ { sha256, mine }) =>
    (mine ? 0 : sha256 === pointed ? 1 : 2);
  const within = (/** @type {{ sha256: string, size: number, mine: boolean }} */ model) => rank(model) < 2
    || (spent.count < FREE && spent.bytes + model.size <= FREE_BYTES);
  return missing.filter(within).sort((a, b) => rank(a) - rank(b)).slice(0, AT_ONCE);
}
