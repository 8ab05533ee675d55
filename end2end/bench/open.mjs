// Navigation → first card → interactive, cold: node open.mjs SMALL LARGE, the two servers' addresses.
import { handIn, least, ms, signIn, sleep, tell, withBrowser } from "./browser.mjs";

const [small, large] = process.argv.slice(2);
const ROUNDS = Number(process.env.ROUNDS ?? 5);

/** Notes when the first card was painted, and when the page had said that it is interactive and was free again. */
function probe() {
  const marks = (window.verstakBench = {});
  const note = (name) => {
    marks[name] = 0;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => (marks[name] = performance.now());
      channel.port2.postMessage(0);
    });
  };
  const look = () => {
    if (!("card" in marks) && document.querySelector("[data-order]")) note("card");
    if (!("interactive" in marks) && document.documentElement?.hasAttribute("data-hydrated")) note("interactive");
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
}

async function open(url, cookie) {
  return withBrowser(url, cookie, probe, async (page) => {
    await page.goto("about:blank");
    await sleep(700); // the browser's own start
    await page.goto(`${url}/`, { waitUntil: "commit" });
    const marks = await page.waitForFunction(() => {
      const { card, interactive } = window.verstakBench ?? {};
      return card && interactive ? { card, interactive } : null;
    });
    return marks.jsonValue();
  });
}

const sides = [
  { url: small, cookie: await signIn(small), name: "small", card: [], interactive: [] },
  { url: large, cookie: await signIn(large), name: "large", card: [], interactive: [] },
];
await open(small, sides[0].cookie);
for (let round = 1; round <= ROUNDS; round += 1) {
  for (const side of sides) {
    const { card, interactive } = await open(side.url, side.cookie);
    side.card.push(card);
    side.interactive.push(interactive);
    tell(`round ${round}, ${side.name}: first card ${ms(card)}, interactive ${ms(interactive)}`);
  }
}
const [few, many] = sides;
for (const what of ["card", "interactive"]) {
  const [a, b] = [least(few[what]), least(many[what])];
  handIn(`open-${what}`, b / a, `${ms(b)} at the large board, ${ms(a)} at the small one, best of ${ROUNDS} new profiles`);
}
