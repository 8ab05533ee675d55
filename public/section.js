// @ts-check
/**
 * What the viewer's element keeps to itself: its scene, for cutting the piece open and for showing its mesh. Found by
 * the names of its symbols; where they are not there, the tools that need them are not offered.
 */

/**
 * @typedef {{ elements: number[] }} Matrix columns first
 * @typedef {{ isMeshStandardMaterial?: boolean, side: number, wireframe: boolean, needsUpdate: boolean,
 *   clippingPlanes: object[] | null, onBeforeCompile: (shader: { fragmentShader: string }) => void,
 *   customProgramCacheKey: () => string }} Material
 * @typedef {{ isMesh?: boolean, material: Material | Material[], matrixWorld: Matrix, geometry:
 *   { boundingBox: { min: Vector, max: Vector } | null, computeBoundingBox(): void } }} Part
 * @typedef {{ x: number, y: number, z: number }} Vector
 * @typedef {{ traverse(visit: (part: Part) => void): void, queueRender(): void,
 *   updateMatrixWorld(force: boolean): void }} Scene
 */

/** Both sides of a surface, as three.js numbers them. */
const DOUBLE = 2;
/** What is behind a surface is metal, so a cut shows it as one flat colour: the inside of a body is never lit. */
const FLAT = '#include <opaque_fragment>\n  if (!gl_FrontFacing) gl_FragColor = vec4(0.62, 0.24, 0.14, 1.0);';

/** @param {HTMLElement} element @param {string} name @returns {any} */
function inner(element, name) {
  for (let at = element; at; at = Object.getPrototypeOf(at)) {
    const symbol = Object.getOwnPropertySymbols(at).find(({ description }) => description === name);
    if (symbol) return /** @type {any} */ (element)[symbol];
  }
  return undefined;
}

/** Cuts a piece open, and shows of what triangles it is made. */
export class Section {
  /** @param {Scene} scene @param {{ localClippingEnabled: boolean }} renderer */
  constructor(scene, renderer) {
    this.scene = scene;
    this.renderer = renderer;
    this.plane = { normal: { x: -1, y: 0, z: 0 }, constant: 0 };
  }

  /** @param {HTMLElement} element @returns {Section | null} */
  static of(element) {
    const scene = inner(element, 'scene');
    const renderer = inner(element, 'renderer')?.threeRenderer;
    return scene?.traverse && scene.queueRender && renderer ? new Section(scene, renderer) : null;
  }

  /** @param {(material: Material, part: Part) => void} visit */
  each(visit) {
    this.scene.traverse((part) => {
      if (!part.isMesh) return;
      for (const material of [part.material].flat()) {
        if (material?.isMeshStandardMaterial) visit(material, part);
      }
    });
  }

  /** From where to where the piece reaches along an axis of the room. @param {0 | 1 | 2} axis */
  reach(axis) {
    let [low, high] = [Infinity, -Infinity];
    this.scene.updateMatrixWorld(true);
    this.each((_, { geometry, matrixWorld: { elements } }) => {
      if (!geometry.boundingBox) geometry.computeBoundingBox();
      const { min, max } = /** @type {{ min: Vector, max: Vector }} */ (geometry.boundingBox);
      for (let corner = 0; corner < 8; corner++) {
        const [x, y, z] = [corner & 1 ? max.x : min.x, corner & 2 ? max.y : min.y, corner & 4 ? max.z : min.z];
        const at = elements[axis] * x + elements[axis + 4] * y + elements[axis + 8] * z + elements[axis + 12];
        [low, high] = [Math.min(low, at), Math.max(high, at)];
      }
    });
    return [low, high];
  }

  /**
   * Takes away what lies beyond a share of the piece along an axis; null shows it whole.
   * @param {{ axis: 0 | 1 | 2, share: number } | null} cut
   */
  cut(cut) {
    this.renderer.localClippingEnabled = cut !== null;
    if (cut) {
      const [low, high] = this.reach(cut.axis);
      const [x, y, z] = [0, 1, 2].map((axis) => (axis === cut.axis ? -1 : 0));
      // three.js copies the numbers of a plane, so any object with them is one.
      this.plane.normal = { x, y, z };
      this.plane.constant = low + (high - low) * cut.share;
    }
    this.each((material) => {
      const isCut = Boolean(material.clippingPlanes?.length);
      if (isCut === (cut !== null)) return;
      material.clippingPlanes = cut ? [this.plane] : null;
      if (cut) {
        material.side = DOUBLE;
        material.onBeforeCompile = (shader) => {
          shader.fragmentShader = shader.fragmentShader.replace('#include <opaque_fragment>', FLAT);
        };
        material.customProgramCacheKey = () => 'verstak-cut';
      } else {
        material.onBeforeCompile = () => {};
        material.customProgramCacheKey = () => 'verstak-whole';
      }
      material.needsUpdate = true;
    });
    this.scene.queueRender();
  }

  /** @param {boolean} on */
  mesh(on) {
    this.each((material) => {
      material.wireframe = on;
      material.needsUpdate = true;
    });
    this.scene.queueRender();
  }
}
