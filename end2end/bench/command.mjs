// A command in one browser → painted in another: node command.mjs FIRST SECOND, two servers of one database.
import { arrive, awake, handIn, ms, percentile, signIn, sleep, tell, withBrowser } from "./browser.mjs";

const [first, second] = process.argv.slice(2);
const COMMANDS = Number(process.env.COMMANDS ?? 30);
/** Turns before the first that counts: a statement is planned, and the browser's program compiled, when they are first used. */
const UNCOUNTED = 2;
const FREE = '[data-column="MANUFACTURING_APPROVED"]';

/** When what happened in this page, by the clock of the machine. */
function probe() {
  const clock = () => performance.timeOrigin + performance.now();
  const bench = (window.verstakBench = {
    clicked: 0,
    sent: 0,
    /** What is waited for from now on: that this order is painted as taken. @param {string} number */
    want(number) {
      bench.heard = bench.changed = 0;
      bench.wanted = number;
      bench.shown = new Promise((resolve) => (bench.show = resolve));
    },
    wanted: null,
    heard: 0,
    changed: 0,
    shown: null,
    show: (_) => {},
  });
  addEventListener("click", (event) => (bench.clicked = performance.timeOrigin + event.timeStamp), true);
  addEventListener("submit", () => (bench.sent = clock()), true);
  addEventListener("verstak:changes", ({ data }) => {
    if (bench.wanted && !bench.heard && data.includes(bench.wanted)) bench.heard = clock();
  }, true);
  const look = () => {
    if (!bench.wanted) return;
    const cards = [...document.querySelectorAll(`[data-order="${bench.wanted}"]`)];
    const free = cards.some((card) => card.dataset.status === "MANUFACTURING_APPROVED");
    if (free) return;
    const { heard } = bench;
    const changed = clock();
    bench.wanted = null;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => bench.show({ heard, changed, painted: clock() });
      channel.port2.postMessage(0);
    });
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
}

const took = [];
/** Of each turn, in ms after the press: sent, heard in the other page, its document changed, painted. */
const steps = [];
await withBrowser(first, await signIn(first, "operator1"), probe, async (here) => {
  await withBrowser(second, await signIn(second, "operator2"), probe, async (there) => {
    for (const [page, url] of [[here, first], [there, second]]) {
      await page.goto(`${url}/`);
      await awake(page);
    }
    for (let turn = -UNCOUNTED; turn < COMMANDS; turn += 1) {
      await here.mouse.move(2, 2);
      const number = await arrive(first);
      const card = `${FREE} [data-order="${number}"][data-status="MANUFACTURING_APPROVED"]`;
      await there.waitForSelector(card);
      const take = here.locator(`${card} [data-action="take"]`).first();
      // A hand comes to the button before it presses it.
      await take.hover();
      await sleep(150 + Math.random() * 150);
      await there.evaluate((number) => window.verstakBench.want(number), number);
      await take.click();
      // One question that waits in the page: to look again and again would have the page draw for nobody.
      const { heard, changed, painted } = await there.evaluate(() => window.verstakBench.shown);
      const { clicked, sent } = await here.evaluate(() => ({ clicked: window.verstakBench.clicked, sent: window.verstakBench.sent }));
      if (turn < 0) continue;
      took.push(painted - clicked);
      steps.push([sent, heard, changed, painted].map((at) => at - clicked));
    }
  });
});
tell(`from the press to the other screen: ${took.map((one) => one.toFixed(0)).join(" ")} ms`);
const middle = (at) => ms(percentile(steps.map((one) => one[at]), 0.5));
const note = `${COMMANDS} takes, two browsers on two servers, from the press to the frame that shows it; worst ${ms(Math.max(...took))}; \
medians: sent after ${middle(0)}, heard in the other page ${middle(1)}, its document changed ${middle(2)}, painted ${middle(3)}`;
handIn("command-p50", percentile(took, 0.5), note);
handIn("command-p99", percentile(took, 0.99), note);
