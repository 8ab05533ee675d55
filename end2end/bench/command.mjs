// A command in one browser → painted in another: node command.mjs FIRST SECOND, two servers of one database.
import { arrive, awake, handIn, ms, percentile, signIn, sleep, tell, withBrowser } from "./browser.mjs";

const [first, second] = process.argv.slice(2);
const COMMANDS = Number(process.env.COMMANDS ?? 30);
const FREE = '[data-column="MANUFACTURING_APPROVED"]';

/** When a click happened, and when an order was painted as taken, both by the clock of the machine. */
function probe() {
  const bench = (window.verstakBench = { clicked: 0, wanted: null, painted: 0 });
  addEventListener("click", (event) => {
    bench.clicked = Date.now() - (performance.now() - event.timeStamp);
  }, true);
  const look = () => {
    if (!bench.wanted) return;
    const cards = [...document.querySelectorAll(`[data-order="${bench.wanted}"]`)];
    const free = cards.some((card) => card.dataset.status === "MANUFACTURING_APPROVED");
    if (free) return;
    bench.wanted = null;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => (bench.painted = Date.now());
      channel.port2.postMessage(0);
    });
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
}

const took = [];
await withBrowser(first, await signIn(first, "operator1"), probe, async (here) => {
  await withBrowser(second, await signIn(second, "operator2"), probe, async (there) => {
    for (const [page, url] of [[here, first], [there, second]]) {
      await page.goto(`${url}/`);
      await awake(page);
    }
    for (let turn = 0; turn < COMMANDS; turn += 1) {
      await here.mouse.move(2, 2);
      const number = await arrive(first);
      const card = `${FREE} [data-order="${number}"][data-status="MANUFACTURING_APPROVED"]`;
      await there.waitForSelector(card);
      await here.waitForSelector(`${card} [data-action="take"]`);
      await sleep(150 + Math.random() * 150);
      await there.evaluate((number) => Object.assign(window.verstakBench, { wanted: number, painted: 0 }), number);
      await here.locator(`${card} [data-action="take"]`).first().click();
      const painted = await there.waitForFunction(() => window.verstakBench.painted);
      took.push((await painted.jsonValue()) - (await here.evaluate(() => window.verstakBench.clicked)));
    }
  });
});
tell(`from the press to the other screen: ${took.map((one) => one.toFixed(0)).join(" ")} ms`);
const note = `${COMMANDS} takes, two browsers on two servers, from the press to the frame that shows it; worst ${ms(Math.max(...took))}`;
handIn("command-p50", percentile(took, 0.5), note);
handIn("command-p99", percentile(took, 0.99), note);
