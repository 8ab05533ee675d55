// Puts the site together: node scripts/site.mjs <release|dev> <program folder> <site root>
//
// pkg/ gets content-hashed names; <site root>.hash.txt lists the hashes as leptos' `hash-files` reads
// them. Everything a browser may be sent compressed lies beside itself as .br and .gz. The new site
// takes the old one's place in one rename, so a half-made site is never served.
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
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

async function pack(folder) {
  await mkdir(folder, { recursive: true });
  const parts = {
    js: await lean(await readFile(join(program, 'verstak.js'), 'utf8')),
    wasm: await readFile(join(program, 'verstak_bg.wasm')),
    css: await bundle(release),
  };
  let listing = '';
  for (const [kind, bytes] of Object.entries(parts)) {
    const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
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

async function scripts(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  await Promise.all(names.map(async (name) => {
    await writeFile(join(folder, name), await lean(await readFile(join(folder, name), 'utf8')));
  }));
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
await scripts(fresh);
await vendor(join(fresh, 'vendor'));
const listing = await pack(join(fresh, 'pkg'));
await Promise.all((await files(fresh)).map(compress));

await rm(site, { recursive: true, force: true });
await rename(fresh, site);
await writeFile(`${site}.hash.txt`, listing);
