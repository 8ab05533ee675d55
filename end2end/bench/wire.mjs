// Bytes on the wire until the first screen is interactive, and the first route's weight: node wire.mjs LARGE.
import net from "node:net";
import { handIn, signIn, withBrowser } from "./browser.mjs";

const [target] = process.argv.slice(2);
const { hostname, port } = new URL(target);

// Everything passes through here, whichever part of the browser asks: pages, workers, streams, heads and bodies.
let [down, up] = [0, 0];
const proxy = net.createServer((near) => {
  const far = net.connect(Number(port), hostname);
  near.on("data", (part) => (up += part.length));
  far.on("data", (part) => (down += part.length));
  near.pipe(far).pipe(near);
  near.on("error", () => far.destroy());
  far.on("error", () => near.destroy());
});
await new Promise((ready) => proxy.listen(0, "127.0.0.1", ready));
const url = `http://127.0.0.1:${proxy.address().port}`;
const cookie = await signIn(url);
[down, up] = [0, 0];

const loaded = new Set();
const seen = await withBrowser(url, cookie, null, async (page) => {
  page.on("response", (response) => loaded.add(response.url()));
  await page.goto(`${url}/`, { waitUntil: "commit" });
  await page.waitForSelector("html[data-hydrated]", { state: "attached" });
  return { down, up };
});
handIn(
  "wire",
  (seen.down + seen.up) / 1000,
  `${(seen.down / 1000).toFixed(1)} kB to the browser and ${(seen.up / 1000).toFixed(1)} kB from it, heads included, ` +
    "counted by a proxy between the two",
);

const parts = [];
for (const address of loaded) {
  const { pathname } = new URL(address);
  if (!/\.(js|mjs|css|wasm)$/.test(pathname)) continue;
  const answer = await fetch(target + pathname, { headers: { "accept-encoding": "br" } });
  if (answer.headers.get("content-encoding") !== "br" && Number(answer.headers.get("content-length")) > 1000) {
    throw new Error(`${pathname} is not sent as brotli`);
  }
  parts.push([pathname, Number(answer.headers.get("content-length"))]);
  await answer.arrayBuffer();
}
const weight = parts.reduce((sum, [, bytes]) => sum + bytes, 0);
if (!parts.some(([path]) => path.endsWith(".wasm"))) throw new Error("the page loaded no program");
handIn("weight", weight, parts.map(([path, bytes]) => `${path.split("/").pop().replace(/\.[\w-]{22}\./, ".")} ${bytes}`).join(", "));
proxy.close();
process.exit(0);
