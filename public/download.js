// @ts-check
/** A model on its way from the server, or from the worker, to the viewer; and what it means when it does not come. */

/** A line that brings nothing for so long is dead, in milliseconds. */
const SILENCE = 30_000;

/** What went wrong, by the attribute of the viewer's host that holds the words for it. */
export class ViewerError extends Error {
  /** @param {string} words @param {boolean} [passes] whether it may be over later, and nobody has to do anything for it */
  constructor(words, passes = false) {
    super(words);
    this.words = words;
    this.passes = passes;
  }
}

/** What the server's answer means for the model. @param {Response} response */
function failure({ status, headers }) {
  if (status === 404) return new ViewerError('gone');
  return new ViewerError(headers.get('x-verstak-away') === 'store' ? 'away' : 'failed', status >= 500);
}

/**
 * Downloads a model and checks it against its hash: what is shown is what the order names.
 * @param {string} src
 * @param {number} size bytes, 0 when unknown
 * @param {AbortSignal} signal
 * @param {(loaded: number, total: number) => void} progress
 * @returns {Promise<{ blob: Blob, unverified: string | null, doubt: string | null }>} `unverified`: when the server last
 *   confirmed it, where it can't now; `doubt`: whose fault that is, the network's or the server's
 */
export async function download(src, size, signal, progress) {
  const line = new AbortController();
  const end = () => line.abort();
  let silence = setTimeout(end, SILENCE);
  signal.addEventListener('abort', end, { once: true });
  try {
    const response = await fetch(src, { signal: line.signal, cache: 'no-store' }).catch(() => {
      throw new ViewerError('failed', true);
    });
    if (response.status === 401) location.assign('/login');
    if (!response.ok || !response.body) throw failure(response);
    const total = size || Number(response.headers.get('content-length'));
    const chunks = [];
    let loaded = 0;
    const reader = response.body.getReader();
    for (let next = await reader.read(); next.value; next = await reader.read()) {
      clearTimeout(silence);
      silence = setTimeout(end, SILENCE);
      chunks.push(next.value);
      loaded += next.value.length;
      if (!signal.aborted) progress(loaded, total);
    }
    const blob = new Blob(chunks, { type: 'model/gltf-binary' });
    if (!(await isSound(blob, src))) throw new ViewerError('corrupt');
    const [unverified, doubt] = ['x-verstak-unverified', 'x-verstak-doubt'].map((name) => response.headers.get(name));
    return { blob, unverified, doubt };
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', end);
  }
}

/** @param {Blob} blob @param {string} src */
async function isSound(blob, src) {
  const named = /[0-9a-f]{64}/.exec(src)?.[0];
  // Without a secure context there is no digest, and no worker either.
  if (!named || !window.isSecureContext) return true;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') === named;
}
