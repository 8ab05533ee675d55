// Puts the site together: node scripts/site.mjs <release|dev> <program folder> <site root>
//
// pkg/ gets content-hashed names: the program's files one by one (<site root>.hash.txt lists the hashes as leptos'
// `hash-files` reads them), the pages' own scripts and styles as one folder page.<hash>, for they name each other, and
// the viewer as vendor.<hash>, which keeps its name when only they change. Everything a browser may be sent compressed
// lies beside itself as .br and .gz. The new site takes the old one's place in one rename, so a half-made site is never
// served.
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { transform } from 'esbuild';
import { bundle } from './style.mjs';
import { vendor } from './vendor.mjs';

const [profile, program, site] = process.argv.slice(2);
const release = profile === 'release';
const fresh = `${site}.new`;
const exists = (path) => readdir(dirname(path)).then((names) => names.includes(basename(path)), () => false);

const COMPRESSIBLE = new Set(['.css', '.html', '.ico', '.js', '.json', '.mjs', '.svg', '.txt', '.wasm', '.webmanifest', '.xml']);
const TOO_SMALL = 256; // bytes: below, the header costs more than the compression saves

// Service workers are known by their address; it is the same for every page, of whatever version.
const isWorker = (name) => /^sw\b.*\.js$/.test(name);
// Tabs of every version share this worker; a page without shared workers imports the one of its own version.
const SHARED = 'live.js';
// As the viewer's script names the vendored folder, which in development has this name.
const VENDORED = '/vendor/';

const digest = (bytes) => createHash('sha256').update(bytes).digest('base64url').slice(0, 22);

async function pack(folder) {
  const parts = {
    js: await lean(await readFile(join(program, 'verstak.js'), 'utf8')),
    wasm: await readFile(join(program, 'verstak_bg.wasm')),
    css: await bundle(release),
  };
  let listing = '';
  for (const [kind, bytes] of Object.entries(parts)) {
    const hash = digest(bytes);
    await writeFile(join(folder, `verstak.${hash}.${kind}`), bytes);
    listing += `${kind}: ${hash}\n`;
  }
  if (await exists(join(program, 'snippets'))) {
    await cp(join(program, 'snippets'), join(folder, 'snippets'), { recursive: true });
  }
  return listing;
}

// Names and comments are for those who read the source, and more than half of a script's weight.
async function lean(code) {
  return release ? (await transform(code, { minify: true, charset: 'utf8', legalComments: 'none' })).code : code;
}

/** Moves the pages' own files to where they may be kept for good. */
async function pages(root, vendored) {
  const folder = join(root, 'pkg', 'page');
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(root)) {
    if (!['.js', '.css'].includes(extname(name))) continue;
    let text = await readFile(join(root, name), 'utf8');
    if (name === 'viewer.js') {
      if (!text.includes(VENDORED)) throw new Error(`${name} does not name ${VENDORED}`);
      text = text.replaceAll(VENDORED, vendored);
    }
    if (name.endsWith('.js')) text = await lean(text);
    await writeFile(join(isWorker(name) ? root : folder, name), text);
    if (name === SHARED) await writeFile(join(root, name), text);
    else if (!isWorker(name)) await rm(join(root, name));
  }
  await seal(folder);
}

/** Gives a folder the name of all that is in it. */
async function seal(folder) {
  const parts = (await files(folder)).sort().map(async (path) => `${relative(folder, path)} ${digest(await readFile(path))}\n`);
  const sealed = `${folder}.${digest((await Promise.all(parts)).join(''))}`;
  await rename(folder, sealed);
  return basename(sealed);
}

async function compress(path) {
  const bytes = await readFile(path);
  if (!COMPRESSIBLE.has(extname(path)) || bytes.length < TOO_SMALL) return;
  const quality = release ? constants.BROTLI_MAX_QUALITY : 4;
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(bytes, { params }),
    promisify(gzip)(bytes, { level: release ? 9 : 4 }),
  ]);
  if (br.length < bytes.length) await writeFile(`${path}.br`, br);
  if (gz.length < bytes.length) await writeFile(`${path}.gz`, gz);
}

async function files(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries.map((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
  return (await Promise.all(nested)).flat();
}

await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
if (await exists('public')) await cp('public', fresh, { recursive: true, filter: (path) => path !== 'public/vendor' });
const pkg = join(fresh, 'pkg');
await vendor(join(pkg, 'vendor'));
await pages(fresh, `/pkg/${await seal(join(pkg, 'vendor'))}/`);
const listing = await pack(pkg);
await Promise.all((await files(fresh)).map(compress));

await rm(site, { recursive: true, force: true });
await rename(fresh, site);
await writeFile(`${site}.hash.txt`, listing);
