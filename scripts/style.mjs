// Bundles style/main.css, whose parts are files of their own: node scripts/style.mjs <file> [<site's file>]
//
// With a second file it goes on for ever, and writes that one anew whenever a part changes: cargo-leptos takes a style
// file as it is, with its imports, and would leave the parts behind.
import { watch } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleAsync } from 'lightningcss';

/** All styles in one. @param {boolean} minify */
export async function bundle(minify) {
  const { code } = await bundleAsync({ filename: 'style/main.css', minify });
  return Buffer.from(code);
}

async function write(path) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, await bundle(false));
  await rename(`${path}.new`, path);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [path, site] = process.argv.slice(2);
  await write(path);
  let due = null;
  if (site) {
    watch('style', () => {
      // An editor saves in several steps.
      clearTimeout(due);
      due = setTimeout(() => write(site).catch((error) => console.error(error.message)), 50);
    });
  }
}
