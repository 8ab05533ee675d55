// @ts-check
/**
 * The tools of one viewer: measures, a cut, the mesh, a turntable, true size, the ordered alloy. Buttons in a toolbar;
 * a point is touched, clicked, or taken at the cross in the middle by a button, so that a keyboard can do it all.
 */
import { CARD, diameterThrough, distance, lookOf, ringSizes, trueDistance } from './measure.js';
import { Section } from './section.js';

/** @typedef {import('./measure.js').Point} Point */
/**
 * @typedef {HTMLElement & { autoRotate: boolean, cameraOrbit: string, fieldOfView: string, minCameraOrbit: string,
 *   maxCameraOrbit: string, minFieldOfView: string, maxFieldOfView: string, cameraTarget: string,
 *   jumpCameraToGoal(): void, getDimensions(): { x: number, y: number, z: number },
 *   positionAndNormalFromPoint(x: number, y: number): { position: { x: number, y: number, z: number } } | null,
 *   model?: { materials: { pbrMetallicRoughness: { metallicFactor: number, baseColorFactor: number[],
 *     setBaseColorFactor(color: number[]): void } }[] } }} Model
 */

/** Where the width of this screen's card is kept, in the screen's own pixels: CSS pixels change with the page's zoom. */
const KEPT = 'verstak-card-pixels';
/** The upright angle of the true view, degrees: so small that near and far are all but the same size. */
const NARROW = 12;
/** A touch that moves further turns the piece, CSS pixels. */
const STILL = 6;
/** As the server tells metal from stone (server/src/model/mesh.rs). */
const METALLIC = 0.9;

/** @param {string} words @param {(string | number)[]} parts */
const filled = (words, ...parts) => words.split('{}').map((text, at) => text + (parts[at] ?? '')).join('');

/** @template {keyof HTMLElementTagNameMap} K @param {K} name @param {string} css @param {string} [text] */
function make(name, css, text = '') {
  const element = document.createElement(name);
  element.className = css;
  element.textContent = text;
  return element;
}

export class Tools {
  /** @param {HTMLElement} host @param {Model} model @param {Record<string, string>} words */
  constructor(host, model, words) {
    this.host = host;
    this.model = model;
    this.words = words;
    this.number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });
    this.leaving = new AbortController();
    this.section = Section.of(model);
    /** @type {'points' | 'ring' | null} */
    this.picking = null;
    /** @type {Point[]} */
    this.points = [];
    /** @type {{ axis: 0 | 1 | 2, share: number }} */
    this.where = { axis: 0, share: 0.5 };
    this.home = { orbit: model.cameraOrbit, angle: model.fieldOfView };
    this.paints = this.metals().map((metal) => ({ metal, own: [...metal.baseColorFactor] }));

    this.bar = make('div', 'tools');
    this.bar.setAttribute('role', 'toolbar');
    this.bar.setAttribute('aria-label', words.label);
    this.told = make('p', 'tools-told');
    this.told.setAttribute('role', 'status');
    this.panel = make('div', 'tools-panel');
    this.cross = make('span', 'tools-cross');
    this.cross.hidden = true;
    /** @type {Record<string, HTMLButtonElement>} */
    this.buttons = {};
    for (const name of ['size', 'points', 'ring', 'section', 'mesh', 'turn', 'life', 'look']) this.offer(name);
    this.parts = [this.cross, this.panel, this.told, this.bar];
    host.append(...this.parts);
    this.listen();
    if (this.buttons.look) this.press('look', true);
  }

  /** @param {string} name */
  offer(name) {
    if (!this.section && (name === 'section' || name === 'mesh')) return;
    if (name === 'look' && (this.paints.length === 0 || !lookOf(this.host.dataset.material ?? ''))) return;
    const button = make('button', 'tool', this.words[name]);
    button.type = 'button';
    button.dataset.tool = name;
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => this.press(name, button.getAttribute('aria-pressed') !== 'true'));
    this.buttons[name] = button;
    this.bar.append(button);
  }

  metals() {
    const all = this.model.model?.materials.map(({ pbrMetallicRoughness }) => pbrMetallicRoughness) ?? [];
    return all.filter(({ metallicFactor }) => metallicFactor >= METALLIC);
  }

  listen() {
    const { signal } = this.leaving;
    /** @type {{ x: number, y: number } | null} */
    let down = null;
    this.model.addEventListener('pointerdown', ({ clientX: x, clientY: y }) => { down = { x, y }; }, { signal });
    this.model.addEventListener('pointerup', ({ clientX: x, clientY: y }) => {
      if (this.picking && down && Math.hypot(x - down.x, y - down.y) < STILL) this.pick(x, y);
      down = null;
    }, { signal });
    this.host.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.picking) return;
      event.stopPropagation();
      this.press(this.picking, false);
    }, { signal });
    const resized = new ResizeObserver(() => { if (this.isOn('life')) this.stand(); });
    resized.observe(this.model);
    signal.addEventListener('abort', () => resized.disconnect(), { once: true });
  }

  /** @param {string} name */
  isOn(name) {
    return this.buttons[name]?.getAttribute('aria-pressed') === 'true';
  }

  /** Turns a tool on or off. @param {string} name @param {boolean} on */
  press(name, on) {
    this.buttons[name].setAttribute('aria-pressed', String(on));
    if (name === 'look') return this.paint(on);
    if (name === 'mesh') return this.section?.mesh(on);
    if (name === 'turn') {
      this.model.autoRotate = on;
      if (on && this.isOn('section')) this.press('section', false);
      return;
    }
    // These share the place for what is told.
    for (const other of ['size', 'points', 'ring', 'section', 'life']) {
      if (on && other !== name && this.isOn(other)) this.press(other, false);
    }
    this.panel.replaceChildren();
    this.told.textContent = '';
    if (name === 'size') this.size(on);
    else if (name === 'section') this.open(on);
    else if (name === 'life') this.trueSize(on);
    else if (name === 'points' || name === 'ring') this.measure(on ? name : null);
  }

  /** @param {boolean} on */
  paint(on) {
    const look = lookOf(this.host.dataset.material ?? '');
    for (const { metal, own } of this.paints) metal.setBaseColorFactor(on && look ? [...look, 1] : own);
  }

  /** @param {boolean} on */
  size(on) {
    if (!on) return;
    const { x, y, z } = this.model.getDimensions();
    this.told.textContent = filled(this.words.box, ...[x, y, z].map((side) => this.number.format(side * 1000)));
  }

  // Points.

  /** @param {'points' | 'ring' | null} picking */
  measure(picking) {
    this.picking = picking;
    this.cross.hidden = picking === null;
    this.begin();
    if (!picking) return;
    this.panel.append(
      this.button('place', () => {
        const { left, top, width, height } = this.model.getBoundingClientRect();
        this.pick(left + width / 2, top + height / 2);
      }),
      this.button('again', () => this.begin()),
    );
  }

  /** @param {string} name @param {() => void} act */
  button(name, act) {
    const button = make('button', 'tool', this.words[name]);
    button.type = 'button';
    button.dataset.tool = name;
    button.addEventListener('click', act);
    return button;
  }

  begin() {
    this.points = [];
    for (const spot of this.model.querySelectorAll('.spot')) spot.remove();
    if (this.picking === 'points') this.told.textContent = this.words.first;
    else if (this.picking === 'ring') this.told.textContent = filled(this.words.rim, 3);
  }

  /** Takes the point of the piece below a place of the window. @param {number} x @param {number} y */
  pick(x, y) {
    const wanted = this.picking === 'ring' ? 3 : 2;
    if (this.points.length >= wanted) this.begin();
    const found = this.model.positionAndNormalFromPoint(x, y);
    if (!found) {
      this.told.textContent = this.words.missed;
      return;
    }
    const { position } = found;
    this.points.push([position.x * 1000, position.y * 1000, position.z * 1000]);
    const spot = make('span', 'spot', String(this.points.length));
    spot.slot = `hotspot-${this.points.length}`;
    spot.dataset.position = `${position.x}m ${position.y}m ${position.z}m`;
    this.model.append(spot);
    this.told.textContent = this.points.length < wanted ? this.next() : this.result();
  }

  next() {
    return this.picking === 'points' ? this.words.second : filled(this.words.rim, 3 - this.points.length);
  }

  result() {
    const [a, b, c] = this.points;
    if (this.picking === 'points') return filled(this.words.between, this.number.format(distance(a, b)));
    const diameter = diameterThrough(a, b, c);
    if (diameter === null) return this.words.straight;
    const { russian, iso } = ringSizes(diameter);
    return filled(this.words.bore, ...[diameter, russian, iso].map((size) => this.number.format(size)));
  }

  // The cut.

  /** @param {boolean} on */
  open(on) {
    if (!on) return this.section?.cut(null);
    if (this.isOn('turn')) this.press('turn', false);
    const slide = this.slide(this.words.where, 2, 98, this.where.share * 100, (value) => {
      this.where.share = value / 100;
      this.section?.cut(this.where);
    });
    const axis = make('select', 'tool');
    axis.setAttribute('aria-label', this.words.axis);
    ['axisX', 'axisY', 'axisZ'].forEach((name, at) => {
      axis.append(new Option(`${this.words.axis} ${this.words[name]}`, String(at), false, at === this.where.axis));
    });
    axis.addEventListener('change', () => {
      this.where.axis = /** @type {0 | 1 | 2} */ (Number(axis.value));
      this.section?.cut(this.where);
    });
    this.panel.append(slide, axis);
    this.section?.cut(this.where);
  }

  /** @param {string} label @param {number} min @param {number} max @param {number} value @param {(value: number) => void} act */
  slide(label, min, max, value, act) {
    const slide = make('input', 'tools-slide');
    slide.type = 'range';
    slide.setAttribute('aria-label', label);
    [slide.min, slide.max, slide.step] = [min, max, 1].map(String);
    slide.value = String(value);
    slide.addEventListener('input', () => act(Number(slide.value)));
    return slide;
  }

  // True size.

  /** @param {boolean} on */
  trueSize(on) {
    const { model, home } = this;
    if (!on) {
      [model.minCameraOrbit, model.maxCameraOrbit] = ['auto', 'auto'];
      [model.minFieldOfView, model.maxFieldOfView] = ['auto', 'auto'];
      [model.cameraOrbit, model.fieldOfView] = [home.orbit, home.angle];
      return;
    }
    if (this.cardWidth() === null) return this.calibrate();
    this.stand();
    this.told.textContent = this.words.isLife;
    this.panel.append(this.button('adjust', () => this.calibrate()));
  }

  /** In CSS pixels as large as they are now; null when nobody has said yet. */
  cardWidth() {
    const kept = Number(localStorage.getItem(KEPT));
    return kept > 0 ? kept / devicePixelRatio : null;
  }

  /** @param {number} width CSS pixels */
  keepWidth(width) {
    localStorage.setItem(KEPT, String(width * devicePixelRatio));
  }

  /** Puts the eye where the piece looks as large as it is. */
  stand() {
    const width = this.cardWidth();
    if (width === null) return;
    const far = trueDistance(this.model.clientHeight, width / CARD, NARROW);
    // Held there: wheel, pinch and keys would rescale the piece while the words still say that it is as large as it is.
    this.model.minCameraOrbit = this.model.maxCameraOrbit = `auto auto ${far}m`;
    this.model.minFieldOfView = this.model.maxFieldOfView = this.model.fieldOfView = `${NARROW}deg`;
    this.model.cameraOrbit = `auto auto ${far}m`;
  }

  /** A frame that is made as wide as a bank card: then the screen's pixels have a size. */
  calibrate() {
    const card = make('div', 'tools-card');
    const width = (/** @type {number} */ value) => { card.style.inlineSize = `${value}px`; };
    const start = this.cardWidth() ?? CARD * 3.78;
    let chosen = start;
    width(start);
    const slide = this.slide(this.words.width, 180, 900, Math.round(start), (value) => {
      chosen = value;
      width(value);
    });
    this.told.textContent = this.words.card;
    this.panel.replaceChildren(card, slide, this.button('fits', () => {
      this.keepWidth(chosen);
      this.press('life', true);
    }));
  }

  leave() {
    this.leaving.abort();
    for (const part of this.parts) part.remove();
    for (const spot of this.model.querySelectorAll('.spot')) spot.remove();
  }
}
