// @ts-check
/** What is fetched ahead of the reader, and when not at all. No page, no worker. */

/** At once: a browser has six connections to a server, and the reader comes first. */
const AT_ONCE = 2;
/** Of free orders so many are fetched ahead, and so many bytes with what the pointer rested on; under the pointer, more. */
const FREE = 12;
const FREE_BYTES = 256_000_000;
const POINTED_BYTES = 1_000_000_000;
/** After so long other orders lie free, and the count begins anew, milliseconds. */
const HOUR = 3_600_000;
/** A model that fails so often in that time is left alone: a full disk would have it fetched for ever. */
const TRIES = 3;

/**
 * Whether the line is one that nothing is fetched ahead on.
 * @param {{ saveData?: boolean, type?: string, effectiveType?: string } | undefined} connection
 */
export const isDear = (connection) => connection !== undefined && (connection.saveData === true
  || connection.type === 'cellular' || /2g|3g/.test(connection.effectiveType ?? ''));

/**
 * What to fetch now: my own, then what the pointer rests on, then free ones within their budget.
 * @param {{ sha256: string, size: number, mine: boolean }[]} missing free ones newest first
 * @param {string | null} pointed
 * @param {{ count: number, bytes: number }} spent so far, on what is not mine
 */
export function choose(missing, pointed, spent) {
  const rank = (/** @type {{ sha256: string, mine: boolean }} */ { sha256, mine }) =>
    (mine ? 0 : sha256 === pointed ? 1 : 2);
  const within = (/** @type {{ sha256: string, size: number, mine: boolean }} */ model) => {
    const bytes = spent.bytes + model.size;
    return [true, bytes <= POINTED_BYTES, spent.count < FREE && bytes <= FREE_BYTES][rank(model)];
  };
  return missing.filter(within).sort((a, b) => rank(a) - rank(b)).slice(0, AT_ONCE);
}

/**
 * The models of orders that lie free, those that came last first, each once: some more than are fetched, for some are here
 * already.
 * @param {{ sha256: string, since: number }[]} free in any order; `since` when it came, 0 where nobody knows
 */
export const newest = (free) =>
  [...new Set([...free].sort((a, b) => b.since - a.since).map(({ sha256 }) => sha256))].slice(0, 2 * FREE);

/** What fetching ahead has cost within the hour. */
export class Spent {
  #since = -Infinity;
  /** @type {Map<string, number>} */
  #failures = new Map();
  count = 0;
  bytes = 0;

  /** As a page before kept it; null when there is nothing, or not what we keep. @param {string | null} text */
  static read(text) {
    const counts = (/** @type {unknown} */ value) => Number.isSafeInteger(value) && Number(value) >= 0;
    try {
      const { since, count, bytes, failures } = JSON.parse(text ?? '');
      const pairs = Object.entries(failures);
      const sound = [since, count, bytes, ...pairs.map(([, times]) => times)].every(counts)
        && pairs.every(([sha]) => /^[0-9a-f]{64}$/.test(sha));
      if (!sound) return null;
      const spent = new Spent();
      [spent.#since, spent.count, spent.bytes, spent.#failures] = [since, count, bytes, new Map(pairs)];
      return spent;
    } catch {
      return null;
    }
  }

  toJSON() {
    const { count, bytes } = this;
    return { since: this.#since, count, bytes, failures: Object.fromEntries(this.#failures) };
  }

  /** Begins anew when the hour is over, or the clock was set back. @param {number} now */
  at(now) {
    if (now >= this.#since && now - this.#since < HOUR) return this;
    [this.#since, this.count, this.bytes] = [now, 0, 0];
    this.#failures.clear();
    return this;
  }

  /** Whether it is worth another try. @param {{ sha256: string }} model */
  allows({ sha256 }) {
    return (this.#failures.get(sha256) ?? 0) < TRIES;
  }

  /**
   * What came counts, but mine: those are few, and wanted. Among the free ones, the one under the pointer is asked for.
   * @param {{ sha256: string, size: number, mine: boolean }} model
   * @param {string | null} pointed
   * @param {{ held?: boolean, stopped?: boolean } | null} outcome `stopped`: it gave way, or others had it
   */
  add({ sha256, size, mine }, pointed, outcome) {
    if (!outcome?.held) {
      if (!outcome?.stopped) this.#failures.set(sha256, (this.#failures.get(sha256) ?? 0) + 1);
    } else if (!mine) {
      this.count += sha256 === pointed ? 0 : 1;
      this.bytes += size;
    }
  }
}
