// @ts-check
/// <reference lib="webworker" />
/**
 * Models on their way, in the service worker (sw.js, which imports this file). Who asks for one that is under way already,
 * also ahead of any reader, gets the bytes that came so far and then the others as they come.
 *
 * The last piece is held back until the hash is right, so that a wrong file never arrives whole anywhere. (`integrity` on
 * the request would do the check, but then nothing arrives before everything has, and the reader sees no progress.)
 */
'use strict';

/** One download of a model. */
class Flight {
  /** @type {Uint8Array<ArrayBuffer>} */
  #bytes = new Uint8Array();
  /** Bytes of it that readers may have. */
  #handed = 0;
  /** @type {Set<ReadableStreamDefaultController<Uint8Array>>} */
  #readers = new Set();
  /** @type {PromiseWithResolvers<void>} */
  #begun = Promise.withResolvers();
  /** @type {'waits' | 'comes' | 'sound' | 'failed'} */
  #state = 'waits';
  /** Where the answer's time went. @type {string | null} */
  timing = null;
  /** Ends it, where somebody may. @type {AbortSignal | null} */
  stop = null;

  /**
   * @param {string} sha @param {number} size
   * @param {(flight: Flight) => Promise<void>} work brings it if it can; once at a time in this browser
   */
  constructor(sha, size, work) {
    this.sha = sha;
    this.size = size;
    /** Rejects with what went wrong before the first byte. @type {Promise<void>} */
    this.turn = /** @type {Promise<any>} */ (navigator.locks.request(`glb:${sha}`, () => work(this)));
    /** The end, whatever came of it. */
    this.landed = this.turn.catch(() => {}).then(() => {
      if (this.#state === 'waits') this.#enter('failed');
      flights.delete(sha);
    });
    flights.set(sha, this);
  }

  /** @param {'comes' | 'sound' | 'failed'} state */
  #enter(state) {
    this.#state = state;
    this.#begun.resolve();
  }

  /** Takes the bytes; the whole file, once its hash is right. @param {ReadableStream<Uint8Array>} body */
  async collect(body) {
    this.#bytes = new Uint8Array(this.size);
    this.#enter('comes');
    try {
      await collect(body, this.sha, this.#bytes, (chunk) => {
        this.#handed += chunk.length;
        for (const reader of this.#readers) reader.enqueue(chunk);
      });
      this.#enter('sound');
      for (const reader of this.#readers) reader.close();
      return this.#bytes;
    } catch (error) {
      this.#enter('failed');
      for (const reader of this.#readers) reader.error(error);
      throw error;
    }
  }

  /**
   * The answer for one more reader; null when nothing comes of it.
   * @param {Doubt | null} doubt
   */
  async join(doubt) {
    await this.#begun.promise;
    return this.#state === 'failed' || this.stop?.aborted ? null : this.read(doubt);
  }

  /** @param {Doubt | null} doubt */
  read(doubt) {
    const init = { headers: headersOf(this.size, doubt, this.timing) };
    if (this.#state === 'sound') return new Response(this.#bytes, init);
    /** @type {ReadableStreamDefaultController<Uint8Array>} */
    let reader;
    return new Response(new ReadableStream({
      start: (controller) => {
        reader = controller;
        if (this.#handed > 0) reader.enqueue(this.#bytes.slice(0, this.#handed));
        this.#readers.add(reader);
      },
      cancel: () => void this.#readers.delete(reader),
    }), init);
  }
}

/** @type {Map<string, Flight>} downloads under way, by hash */
const flights = new Map();

/**
 * Fetches, hands the bytes on as they come, and stores them once their hash is right.
 * @param {Row} row
 * @param {Doubt | null} doubt
 * @returns {{ response: Promise<Response>, flight: Promise<void> }}
 */
function download(row, doubt) {
  const { sha256: sha, size } = row;
  const { signal } = era;
  /** @type {PromiseWithResolvers<Response>} */
  const { promise: response, resolve, reject } = Promise.withResolvers();
  const flight = new Flight(sha, size, async (flight) => {
    const found = await stored(row, doubt);
    if (found) return resolve(found);
    const answer = await fetchModel(sha);
    if (answer.status !== 200 || answer.type !== 'basic' || !answer.body) return resolve(answer);
    flight.timing = answer.headers.get('server-timing');
    resolve(flight.read(doubt));
    await keep(sha, await flight.collect(answer.body), signal);
  });
  flight.turn.catch(reject);
  return { response, flight: flight.landed };
}

/**
 * @param {ReadableStream<Uint8Array>} body @param {string} sha @param {Uint8Array<ArrayBuffer>} bytes what is filled
 * @param {(chunk: Uint8Array) => void} hand gets every chunk, the last one only when the hash is right
 */
async function collect(body, sha, bytes, hand) {
  let at = 0;
  /** @type {Uint8Array} */
  let held = new Uint8Array();
  const reader = body.getReader();
  for (let next = await reader.read(); next.value; next = await reader.read()) {
    if (held.length > 0) hand(held);
    held = next.value;
    bytes.set(held, at);
    at += held.length;
  }
  const sound = at === bytes.length && (await hashOf(bytes)) === sha;
  if (!sound) throw new TypeError(`${keyOf(sha)} is not what its key says`);
  hand(held);
  return bytes;
}
