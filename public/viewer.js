// @ts-check
/**
 * The model viewer: turns `<div data-viewer data-src="/models/<sha>.glb" …>` into a `<model-viewer>` with
 * real progress, a clear error and a retry. The element and its decoders come from this origin, on first use.
 *
 * Attributes: `data-src`, `data-size` (bytes), `data-triangles`, `data-pixels` (where they are known), `data-alt`, and the texts
 * `data-loading`, `data-failed`, `data-away` (the store of models does not answer), `data-gone` (404), `data-retry`, `data-no-webgl`, `data-unverified`, `data-troubled`;
 * `data-eager` starts without waiting to be seen; `data-a11y` is passed on as model-viewer's own texts for screen
 * readers (JSON). `data-material` is the ordered alloy, `data-tools` the words of the tools (tools.js), as JSON; without
 * it there are none.
 */
import { greeted, tellWorker } from './client.js';
import { isTooBig, unpacked } from './measure.js';
import { Tools } from './tools.js';

/** The site's build writes the folder's hashed name here. */
const VENDORED = '/vendor/';
export const LIBRARY = `${VENDORED}model-viewer.min.js`;
const DECODERS = {
  dracoDecoderLocation: `${VENDORED}draco/`,
  meshoptDecoderLocation: `${VENDORED}meshopt_decoder.js`,
  ktx2TranscoderLocation: `${VENDORED}basis/`,
};

/** How long the worker may take to be ready before the model is fetched without it, in milliseconds. */
const PATIENCE = 1_000;
/** A model that did not come for the network's or the server's sake is asked for again after so many milliseconds, then
 * after twice as many, and so on up to the last. */
const AGAIN = 5_000;
const AGAIN_AT_MOST = 60_000;
const MEGABYTES = /** @type {const} */ (
  { style: 'unit', unit: 'megabyte', minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** @typedef {HTMLElement & { src: string | null, dismissPoster?: () => void }} ModelViewer */

/** @type {Promise<unknown> | null} */
let library = null;

function loadLibrary() {
  // The element reads its decoders' addresses from here when it is created.
  /** @type {any} */ (window).ModelViewerElement ??= DECODERS;
  library ??= import(LIBRARY).then(({ ModelViewerElement }) => {
    // A model that was left is freed at once: the bytes are in the worker's cache.
    ModelViewerElement.modelCacheSize = 0;
  }).catch((error) => {
    library = null;
    throw error;
  });
  return library;
}

/** Brings the library and its decoders into the browser's own cache, where they are good for ever; runs nothing of them. */
export async function fetchLibrary() {
  const decoders = ['draco/draco_wasm_wrapper.js', 'draco/draco_decoder.wasm', 'meshopt_decoder.js'];
  const bring = async (/** @type {string} */ url) => void (await (await fetch(url)).arrayBuffer());
  await Promise.all([LIBRARY, ...decoders.map((name) => VENDORED + name)].map(bring));
}

/** @type {boolean | null} */
let webGl = null;

function hasWebGl() {
  if (webGl === null) {
    const context = document.createElement('canvas').getContext('webgl2');
    context?.getExtension('WEBGL_lose_context')?.loseContext();
    webGl = context !== null;
  }
  return webGl;
}

/** What went wrong, by the attribute that holds the words for it. */
class ViewerError extends Error {
  /** @param {string} words @param {boolean} [passes] whether it may be over later, and nobody has to do anything for it */
  constructor(words, passes = false) {
    super(words);
    this.words = words;
    this.passes = passes;
  }
}

/** What the server's answer means for the model. @param {number} status */
function failure(status) {
  if (status === 404) return new ViewerError('gone');
  return new ViewerError(status === 503 ? 'away' : 'failed', status >= 500);
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
async function download(src, size, signal, progress) {
  const response = await fetch(src, { signal, cache: 'no-store' });
  if (response.status === 401) location.assign('/login');
  if (!response.ok || !response.body) throw failure(response.status);
  const total = size || Number(response.headers.get('content-length'));
  const chunks = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (let next = await reader.read(); next.value; next = await reader.read()) {
    chunks.push(next.value);
    loaded += next.value.length;
    progress(loaded, total);
  }
  const blob = new Blob(chunks, { type: 'model/gltf-binary' });
  if (!(await isSound(blob, src))) throw new ViewerError('corrupt');
  const [unverified, doubt] = ['x-verstak-unverified', 'x-verstak-doubt'].map((name) => response.headers.get(name));
  return { blob, unverified, doubt };
}

/** @param {Blob} blob @param {string} src */
async function isSound(blob, src) {
  const named = /[0-9a-f]{64}/.exec(src)?.[0];
  // Without a secure context there is no digest, and no worker either.
  if (!named || !window.isSecureContext) return true;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') === named;
}

/** @template {keyof HTMLElementTagNameMap} K @param {K} name @param {string} css @param {string} [text] */
function make(name, css, text = '') {
  const element = document.createElement(name);
  element.className = css;
  element.textContent = text;
  return element;
}

/** The words of the tools. @param {HTMLElement} host @returns {Record<string, string>} */
const wordsOf = ({ dataset }) => JSON.parse(dataset.tools ?? '{}');

const deviceOf = () => ({
  memory: /** @type {{ deviceMemory?: number }} */ (navigator).deviceMemory,
  coarse: matchMedia('(pointer: coarse)').matches,
});

/** @param {string} words @param {string} part */
const filled = (words, part) => words.replace('{}', part);

/** One viewer on the page. */
class Viewer {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    /** What comes now, or what waits to be asked for again. */
    this.attempt = new AbortController();
    this.failures = 0;
    this.megabytes = new Intl.NumberFormat(document.documentElement.lang, MEGABYTES);
    this.element = /** @type {ModelViewer} */ (document.createElement('model-viewer'));
    this.bar = make('progress', 'viewer-bar');
    this.bar.setAttribute('aria-label', host.dataset.loading ?? '');
    this.amount = make('p', 'viewer-amount');
    this.amount.ariaHidden = 'true';
    this.words = make('p', 'viewer-words');
    this.words.setAttribute('role', 'status');
    this.retry = make('button', 'viewer-retry', host.dataset.retry);
    this.retry.type = 'button';
    this.retry.addEventListener('click', () => {
      this.dared = true;
      this.failures = 0;
      void this.show();
    });
    this.note = make('p', 'viewer-note');
    /** @type {Tools | null} */
    this.tools = null;
    /** Opened although it is large for this device. */
    this.dared = false;
    this.dress();
    this.parts = [this.element, this.bar, this.amount, this.words, this.retry, this.note];
    host.append(...this.parts);
  }

  dress() {
    const { alt = '', a11y } = this.host.dataset;
    const attributes = {
      alt, 'camera-controls': '', 'touch-action': 'pan-y', 'interaction-prompt': 'none',
      // A tap would move the piece away from under the point that it chose.
      'disable-tap': '',
      'environment-image': 'neutral', 'tone-mapping': 'neutral', 'shadow-intensity': '1', 'loading': 'eager',
      // As the picture that stands in its place until then (server/src/model/picture/camera.rs); from a little farther
      // than the element would, for a stone on a ring stands out of what it reckons with.
      'camera-orbit': '30deg 68deg 115%',
      // The turntable turns at its press.
      'auto-rotate-delay': '0',
    };
    for (const [name, value] of Object.entries(attributes)) this.element.setAttribute(name, value);
    if (a11y) this.element.setAttribute('a11y', a11y);
    // The element's own bar knows nothing of bytes.
    const none = document.createElement('div');
    none.slot = 'progress-bar';
    this.element.append(none);
    this.element.addEventListener('error', (event) => {
      const { detail } = /** @type {CustomEvent} */ (/** @type {Event} */ (event));
      if (detail?.type === 'webglcontextlost') this.enter('failed');
    });
  }

  /** Bytes, triangles and pixels, as far as they are known. @returns {[number, number, number]} */
  weights() {
    const { size = 0, triangles = 0, pixels = 0 } = this.host.dataset;
    return [Number(size), Number(triangles), Number(pixels)];
  }

  /** @param {'loading' | 'ready' | 'failed'} state @param {string} [words] key of the host's text */
  enter(state, words = state) {
    this.element.dataset.state = state;
    this.host.dataset.viewerState = state;
    this.host.setAttribute('aria-busy', String(state === 'loading'));
    this.bar.hidden = this.amount.hidden = state !== 'loading';
    this.retry.hidden = state !== 'failed' || words === 'noWebgl';
    this.words.hidden = state === 'ready';
    const tools = wordsOf(this.host);
    const large = filled(tools.tooBig ?? '', this.megabytes.format(unpacked(...this.weights()) / 1e6));
    const said = words === 'tooBig' ? large : this.host.dataset[words] ?? this.host.dataset.failed ?? '';
    this.retry.textContent = words === 'tooBig' ? tools.anyway : this.host.dataset.retry ?? '';
    // The same words again would be read out again.
    const shown = state === 'ready' ? '' : said;
    if (this.words.textContent !== shown) this.words.textContent = shown;
  }

  /** @param {number} loaded @param {number} total bytes */
  progress(loaded, total) {
    // After a failure its words stay until something comes.
    if (this.element.dataset.state === 'failed') this.enter('loading');
    if (total <= 0) return;
    this.bar.max = total;
    this.bar.value = loaded;
    const percent = Math.floor((100 * loaded) / total);
    const [done, all] = [loaded, total].map((bytes) => this.megabytes.format(bytes / 1e6));
    this.amount.textContent = `${percent} % · ${done} / ${all}`;
  }

  /** Shows the model. @param {boolean} [asked] for the first time or by a press, not by itself after a failure */
  async show(asked = true) {
    this.attempt.abort();
    this.attempt = new AbortController();
    const { signal } = this.attempt;
    // After a lost context the tools of before still stand there.
    this.tools?.leave();
    this.tools = null;
    this.bar.removeAttribute('value');
    this.amount.textContent = '';
    if (asked) this.enter('loading');
    try {
      const loading = loadLibrary();
      loading.catch(() => {});
      if (!hasWebGl()) throw new ViewerError('noWebgl');
      if (!this.dared && isTooBig(deviceOf(), ...this.weights())) throw new ViewerError('tooBig');
      await Promise.race([greeted, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
      const [{ blob, unverified, doubt }] = await Promise.all([this.fetch(signal), loading]);
      if (signal.aborted) return;
      await this.render(blob, signal);
      this.note.hidden = unverified === null;
      const said = doubt === 'server' ? this.host.dataset.troubled : this.host.dataset.unverified;
      this.note.textContent = unverified && `${said ?? ''} ${timeOf(unverified)}`;
      performance.mark('verstak:model');
      this.failures = 0;
      this.enter('ready');
      const words = wordsOf(this.host);
      if (words.label) this.tools = new Tools(this.host, /** @type {any} */ (this.element), words);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ViewerError)) console.warn('viewer:', error);
      const { words, passes } = error instanceof ViewerError ? error : { words: 'failed', passes: true };
      this.enter('failed', words);
      if (passes) this.askAgain(signal);
    }
  }

  /** Later, by itself, and at once when the browser is on the network again. @param {AbortSignal} signal of what failed */
  askAgain(signal) {
    const wait = Math.min(AGAIN * 2 ** this.failures, AGAIN_AT_MOST) * (0.75 + Math.random() / 2);
    this.failures += 1;
    const again = () => {
      if (!signal.aborted) void this.show(false);
    };
    setTimeout(again, wait);
    addEventListener('online', again, { signal });
  }

  /** Once more from the server when what came is not what the address says. @param {AbortSignal} signal */
  async fetch(signal) {
    const { src = '', size } = this.host.dataset;
    const once = () => download(src, Number(size), signal, this.progress.bind(this));
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof ViewerError) || error.words !== 'corrupt') throw error;
      await tellWorker({ type: 'check', sha256: /[0-9a-f]{64}/.exec(src)?.[0] });
      return once();
    }
  }

  /** @param {Blob} blob @param {AbortSignal} signal */
  async render(blob, signal) {
    const url = URL.createObjectURL(blob);
    try {
      await new Promise((resolve, reject) => {
        const once = { once: true, signal };
        this.element.addEventListener('load', resolve, once);
        this.element.addEventListener('error', () => reject(new ViewerError('failed')), once);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        this.element.src = url;
      });
    } finally {
      URL.revokeObjectURL(url);
    }
  }

  /** Frees bytes and GPU memory. */
  leave() {
    this.attempt.abort();
    this.tools?.leave();
    this.element.src = null;
    for (const part of this.parts) part.remove();
  }
}

/**
 * By the clock on the workshop's wall, like every time on the page.
 * @param {string} moment
 */
function timeOf(moment) {
  const style = /** @type {const} */ ({
    day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone: 'UTC',
  });
  const { lang, dataset } = document.documentElement;
  return new Date(Date.parse(moment) + Number(dataset.clock) * 60_000).toLocaleString(lang, style);
}

/** @type {Map<HTMLElement, Viewer | null>} what is on the page; null before it was first seen */
const viewers = new Map();

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) start(/** @type {HTMLElement} */ (target));
  }
});

/** @param {HTMLElement} host */
function start(host) {
  seen.unobserve(host);
  const viewer = new Viewer(host);
  viewers.set(host, viewer);
  void viewer.show();
}

/** Brings viewers and page together: starts the new ones, frees those that left. */
export function mount() {
  for (const [host, viewer] of viewers) {
    if (host.isConnected) continue;
    viewer?.leave();
    viewers.delete(host);
  }
  for (const host of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-viewer]'))) {
    if (viewers.has(host)) continue;
    viewers.set(host, null);
    if ('eager' in host.dataset) start(host);
    else seen.observe(host);
  }
}

function unmount() {
  for (const viewer of viewers.values()) viewer?.leave();
  viewers.clear();
  seen.disconnect();
}

mount();
new MutationObserver(mount).observe(document.body, { subtree: true, childList: true });
addEventListener('pagehide', unmount);
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) mount();
});
