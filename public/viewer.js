// @ts-check
/**
 * The model viewer: turns `<div data-viewer data-src="/models/<sha>.glb" …>` into a `<model-viewer>` with
 * real progress, a clear error and a retry. The element and its decoders come from this origin, on first use.
 *
 * Attributes: `data-src`, `data-size` (bytes), `data-triangles`, `data-pixels` (where they are known), `data-alt`, and the texts
 * `data-loading`, `data-failed`, `data-away` (the store of models does not answer), `data-gone` (404), `data-retry`,
 * `data-no-webgl`, `data-unverified`, `data-troubled`;
 * `data-eager` starts without waiting to be seen; `data-a11y` is passed on as model-viewer's own texts for screen
 * readers (JSON). `data-material` is the ordered alloy, `data-tools` the words of the tools (tools.js), as JSON; without
 * it there are none.
 */
import { greeted, tellWorker } from './client.js';
import { ViewerError, download } from './download.js';
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
/** A model that did not come for the network's or the server's sake is asked for again after so many milliseconds at most,
 * then after twice as many, and so on up to the last. */
const AGAIN = 5_000;
const AGAIN_AT_MOST = 60_000;
/** Of what may be nobody's fault for the moment, or somebody's for good, so many failures are enough. */
const DOUBTS = 3;
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
      if (detail?.type === 'webglcontextlost' && this.element.dataset.state !== 'failed') this.enter('failed');
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
      // By itself it takes no file for which there may be no viewer.
      if (!asked) await loading;
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
      const known = error instanceof ViewerError;
      // What else of it is on its way is not waited for.
      this.attempt.abort();
      this.attempt = new AbortController();
      this.enter('failed', known ? error.words : 'failed');
      if (known ? error.passes : this.failures < DOUBTS) this.askAgain(this.attempt.signal);
    }
  }

  /** Later, by itself, and soon after the browser is on the network again. @param {AbortSignal} signal ends the wait */
  askAgain(signal) {
    const wait = Math.min(AGAIN * 2 ** this.failures, AGAIN_AT_MOST) * (0.5 + Math.random() / 2);
    this.failures += 1;
    const again = () => {
      if (signal.aborted) return;
      // Nobody looks: that can wait until somebody does.
      if (document.hidden) document.addEventListener('visibilitychange', again, { once: true, signal });
      else void this.show(false);
    };
    const timer = setTimeout(again, wait);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    const back = () => {
      this.failures = 0;
      // Not all of a workshop in the same moment.
      setTimeout(again, Math.random() * 300);
    };
    addEventListener('online', back, { once: true, signal });
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

/** The page was left; it may come back. */
let left = false;

/** Brings viewers and page together: starts the new ones, frees those that left. */
export function mount() {
  if (left) return;
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
  left = true;
  for (const viewer of viewers.values()) viewer?.leave();
  viewers.clear();
  seen.disconnect();
}

mount();
new MutationObserver(mount).observe(document.body, { subtree: true, childList: true });
addEventListener('pagehide', unmount);
addEventListener('pageshow', ({ persisted }) => {
  left = false;
  if (persisted) mount();
});
