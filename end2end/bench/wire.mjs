// Bytes on the wire until the first screen is interactive, and the first route's weight: node wire.mjs LARGE.
import net from "node:net";
import { handIn, signIn, withBrowser } from "./browser.mjs";

const [target] = process.argv.slice(2);
const { hostname, port } = new URL(target);

// Everything passes through here, whichever part of the browser asks: pages, workers, streams, heads and bodies.
const clock = () => performance.timeOrigin + performance.now();
const passed = [];
const proxy = net.createServer((near) => {
  const far = net.connect(Number(port), hostname);
  near.on("data", (part) => {
    const asked = [...part.toString("latin1").matchAll(/^GET (\S+) HTTP/gm)].map(([, path]) => path);
    passed.push({ at: clock(), up: part.length, down: 0, asked });
  });
  far.on("data", (part) => passed.push({ at: clock(), up: 0, down: part.length, asked: [] }));
  near.pipe(far).pipe(near);
  near.on("error", () => far.destroy());
  far.on("error", () => near.destroy());
});
await new Promise((ready) => proxy.listen(0, "127.0.0.1", ready));
const url = `http://127.0.0.1:${proxy.address().port}`;
const cookie = await signIn(url);
passed.length = 0;

/** Notes when the page became interactive, by the machine's clock. */
function probe() {
  const look = () => {
    if (!window.verstakAwake && document.documentElement?.hasAttribute("data-hydrated")) {
      window.verstakAwake = performance.timeOrigin + performance.now();
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
}

const [awake, whole] = await withBrowser(url, cookie, probe, async (page) => {
  await page.goto(`${url}/`, { waitUntil: "commit" });
  const awake = await (await page.waitForFunction(() => window.verstakAwake)).jsonValue();
  await page.waitForSelector("html[data-whole]", { state: "attached" });
  return [awake, clock()];
});
const until = (moment) => {
  const [down, up] = ["down", "up"].map((way) =>
    passed.filter(({ at }) => at <= moment).reduce((sum, part) => sum + part[way], 0) / 1000);
  return { down, up, all: down + up };
};
const seen = until(awake);
handIn(
  "wire",
  seen.all,
  `${seen.down.toFixed(1)} kB to the browser and ${seen.up.toFixed(1)} kB from it, heads included, counted by a proxy ` +
    `between the two; ${until(whole).all.toFixed(1)} kB until the whole board was there`,
);

const parts = [];
const loaded = passed.filter(({ at }) => at <= awake).flatMap(({ asked }) => asked);
for (const address of new Set(loaded)) {
  const { pathname } = new URL(address, target);
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
