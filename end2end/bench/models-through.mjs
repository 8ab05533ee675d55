// The first opening of a model through the worker, and without one.
import { handIn, least, ms, signIn, withBrowser } from "./browser.mjs";
import { dear, openModel, orderWithModel, workerReady } from "./models.mjs";

const [url] = process.argv.slice(2);
// Without a graphics processor an opening takes seconds, and one of them half a second more or less: of five the best is
// still a matter of luck, by 7 % either way.
const ROUNDS = Number(process.env.ROUNDS ?? 12);
const cookie = await signIn(url);
const sides = { through: [], without: [] };

function alone() {
  Object.defineProperty(Navigator.prototype, "serviceWorker", { get: () => undefined, configurable: true });
  delete Navigator.prototype.serviceWorker;
}

for (let round = 0; round < ROUNDS; round += 1) {
  for (const side of round % 2 ? ["without", "through"] : ["through", "without"]) {
    const order = await orderWithModel(url, cookie, 5_000_000);
    await withBrowser(url, cookie, side === "through" ? dear : alone, async (page) => {
      await page.goto(`${url}/`);
      if (side === "through") await workerReady(page);
      await page.waitForLoadState("load");
      // The viewer's own files are in the browser for both.
      await page.evaluate(async () => {
        const { LIBRARY } = await import(new URL("viewer.js", document.querySelector('script[src$="/client.js"]').src).href);
        await (await fetch(LIBRARY)).text();
      });
      sides[side].push(await openModel(page, url, order.number));
    });
  }
}
const [through, without] = [least(sides.through), least(sides.without)];
handIn("through", through / without, `${ms(through)} against ${ms(without)}, 5 MB, best of ${ROUNDS} new profiles each`);
