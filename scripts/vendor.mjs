// The browser's third-party files, from node_modules: the 3D viewer and its decoders, so that no page
// ever asks another host. Called by itself it fills a folder: node scripts/vendor.mjs <folder>
import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FILES = {
  'model-viewer.min.js': '@google/model-viewer/dist/model-viewer.min.js',
  'model-viewer.LICENSE': '@google/model-viewer/LICENSE',
  'draco/draco_decoder.js': 'three/examples/jsm/libs/draco/gltf/draco_decoder.js',
  'draco/draco_decoder.wasm': 'three/examples/jsm/libs/draco/gltf/draco_decoder.wasm',
  'draco/draco_wasm_wrapper.js': 'three/examples/jsm/libs/draco/gltf/draco_wasm_wrapper.js',
  'basis/basis_transcoder.js': 'three/examples/jsm/libs/basis/basis_transcoder.js',
  'basis/basis_transcoder.wasm': 'three/examples/jsm/libs/basis/basis_transcoder.wasm',
  'meshopt_decoder.js': 'meshoptimizer/meshopt_decoder.cjs',
};

/** Fills `folder` with the vendored files, replacing what is there. */
export async function vendor(folder) {
  const modules = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules');
  await rm(folder, { recursive: true, force: true });
  for (const [name, source] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await cp(join(modules, source), join(folder, name));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await vendor(process.argv[2]);
