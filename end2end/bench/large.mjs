// A board of 100,000 orders in a browser: node large.mjs URL. Whether all of it comes, and what it weighs then.
import { handIn, ms, signIn, sleep, tell, withBrowser } from "./browser.mjs";
import { keepMemories, oracle, shows, weigh } from "./seen.mjs";

const [url] = process.argv.slice(2);
const WORDS = ["кольцо ветвь", "серьги", "A-1101", "платина"];

const cookie = await signIn(url);
await withBrowser(url, cookie, keepMemories, async (page, context) => {
  const wire = await context.newCDPSession(page);
  await page.goto(`${url}/`, { waitUntil: "commit" });
  const at = (selector) => page.waitForSelector(selector, { state: "attached", timeout: 120_000 }).then(() => page.evaluate(() => performance.now()));
  const [card, awake, whole] = [await at("[data-order]"), await at("html[data-hydrated]"), await at("html[data-whole]")];
  tell(`first card ${ms(card)}, interactive ${ms(awake)}, whole ${ms(whole)}`);
  const finds = oracle((await (await page.request.get(`${url}/api/board`, { timeout: 120_000 })).json()).orders);
  const search = page.getByTestId("search");
  let found = 0;
  const took = [];
  for (const word of WORDS) {
    const begun = performance.now();
    await search.fill(word);
    const shown = await shows(page, finds(word), 10_000);
    took.push(performance.now() - begun);
    found += shown ? 1 : 0;
    await sleep(200);
  }
  const { nodes, heap, parts } = await weigh(page, wire);
  handIn("search-100000", found, `first card after ${ms(card)}, interactive ${ms(awake)}, the whole board ${ms(whole)}; the slowest search ${ms(Math.max(...took))}; ${nodes} nodes, ${heap.toFixed(1)} MB (${parts})`);
});
