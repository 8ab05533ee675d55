// One person's shift on a large board: node shift.mjs LARGE. Elements and memory, the search, and 300 actions.
import { arrive, awake, handIn, ms, percentile, pressLetter, signIn, sleep, tell, withBrowser } from "./browser.mjs";
import { keepMemories, oracle, shows, weigh } from "./seen.mjs";

const [url] = process.argv.slice(2);
const ACTIONS = Number(process.env.ACTIONS ?? 300);
const WORDS = ["кольцо ветвь", "серьги", "кулон маяк", "обручальное", "A-1101", "гравировка", "платина", "иван"];

/** Keeps what the page does not tell by itself: painted keys, and interactions. */
function probe() {
  const bench = (window.verstakBench = { keys: [], interactions: {} });
  const painted = (act) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => act(performance.now());
      channel.port2.postMessage(0);
    });
  // A key is answered when the last change that it caused is painted. The next key is not pressed before.
  let open = null;
  const extend = () => {
    const key = open;
    if (key) painted((at) => (key.painted = Math.max(key.painted, at)));
  };
  addEventListener("keydown", (event) => {
    open = { at: event.timeStamp, painted: 0, changes: 0 };
    bench.keys.push(open);
    extend();
  }, true);
  const columns = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest("[data-column]");
  new MutationObserver((records) => {
    const here = records.filter((record) => columns(record.target)).length;
    if (!open || !here) return;
    open.changes += here;
    extend();
  }).observe(document, { subtree: true, childList: true, characterData: true, attributeFilter: ["data-count"] });
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (interactionId) bench.interactions[interactionId] = Math.max(bench.interactions[interactionId] ?? 0, duration);
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
}

/**
 * Keys as a person types them: from each key to the end of the frame in which all that it changed is painted. After
 * each the board must say of every column what a search for the text so far finds; before that no other key is pressed.
 */
async function type(page, wire) {
  const finds = oracle((await (await page.request.get(`${url}/api/board`)).json()).orders);
  const search = page.getByTestId("search");
  await search.click();
  await page.evaluate(() => (window.verstakBench.keys.length = 0));
  let [typed, changing] = ["", 0];
  const press = async (text, key) => {
    const changes = finds(text) !== finds(typed);
    typed = text;
    await key();
    const answered = await shows(page, finds(text), 5_000);
    if (!answered) throw new Error(`the board does not show what "${text}" finds`);
    await sleep(120 + Math.random() * 60);
    const seen = await page.evaluate(() => window.verstakBench.keys.at(-1).changes);
    if (changes && !seen) throw new Error(`"${text}" finds something else, and no column changed`);
    changing += changes ? 1 : 0;
  };
  for (const word of WORDS) {
    for (const letter of word) await press(typed + letter, () => pressLetter(wire, letter));
    while (typed) await press(typed.slice(0, -1), () => page.keyboard.press("Backspace"));
  }
  const keys = await page.evaluate(() => window.verstakBench.keys);
  if (keys.length !== 2 * WORDS.join("").length) throw new Error(`${keys.length} keys arrived in the page`);
  return { took: keys.map((key) => key.painted - key.at), changing };
}

/** What people do, in turns that repeat from run to run. */
function* actions() {
  let seed = 7;
  const dice = (sides) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * sides);
  };
  const filters = ["mine=1", "free=1", "rush=1", "overdue=1"];
  while (true) {
    const word = WORDS[dice(WORDS.length)].slice(0, 5);
    yield { search: true };
    for (const letter of word) yield { letter };
    for (const _ of word) yield { key: "Backspace" };
    yield { key: "Escape" };
    const filter = filters[dice(filters.length)];
    yield { filter };
    yield { filter };
    yield { command: "take" };
    for (let step = dice(6) + 2; step > 0; step -= 1) yield { key: dice(4) ? "j" : "k" };
    yield { command: ["complete", "pack", "ship"][dice(3)] };
    yield { scroll: 400 * (dice(3) - 1) };
    yield { menu: true };
    yield { key: "Escape" };
  }
}

/** One action; false when there is nothing on the screen to do it to. */
async function act(page, wire, action) {
  const press = async (locator) => {
    if (!(await locator.count())) return false;
    const box = await locator.first().boundingBox();
    if (!box) return false;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    return true;
  };
  if (action.letter) return pressLetter(wire, action.letter).then(() => true);
  if (action.key) return page.keyboard.press(action.key).then(() => true);
  if (action.search) return press(page.getByTestId("search"));
  if (action.filter) {
    // The link that turns it on names it; the one that turns it off is the link that was pressed last.
    const on = page.locator(`header a[href*="${action.filter}"]:visible`);
    return (await press(on)) || press(page.locator('header a[aria-current="true"]:visible'));
  }
  if (action.command) return press(page.locator(`main [data-action="${action.command}"]:visible`));
  if (action.menu) return press(page.locator("header details > summary:visible"));
  await page.mouse.move(640, 500);
  await page.mouse.wheel(0, action.scroll);
  return true;
}

/** The browser does tell of an interaction that was slow: one that is made so. */
async function control(page) {
  await page.evaluate(() => {
    const slow = () => {
      for (const end = performance.now() + 80; performance.now() < end; );
    };
    addEventListener("keydown", slow, { once: true });
  });
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => Object.values(window.verstakBench.interactions).some((took) => took >= 80), null, { timeout: 5_000 });
}

async function work(page, wire) {
  await page.mouse.move(2, 2);
  await control(page);
  await page.evaluate(() => (window.verstakBench.interactions = {}));
  const before = await page.evaluate(() => performance.interactionCount ?? 0);
  let done = 0;
  let changes = 0;
  const begun = performance.now();
  const arrivals = setInterval(() => arrive(url).then(() => (changes += 1), () => {}), 700);
  for (const action of actions()) {
    if (done >= ACTIONS) break;
    if (await act(page, wire, action)) done += 1;
    await sleep(90 + Math.random() * 80);
  }
  clearInterval(arrivals);
  await sleep(500);
  const slow = Object.values(await page.evaluate(() => window.verstakBench.interactions));
  const count = (await page.evaluate(() => performance.interactionCount ?? 0)) - before;
  if (new URL(page.url()).pathname !== "/") throw new Error(`the shift ended on ${page.url()}`);
  if (count < ACTIONS / 2) throw new Error(`${ACTIONS} actions were ${count} interactions`);
  const due = (performance.now() - begun) / 700;
  if (changes < due / 2) throw new Error(`${changes} orders arrived, ${due.toFixed(0)} were due`);
  const all = [...slow, ...Array(Math.max(0, count - slow.length)).fill(8)];
  return { all, changes, count };
}

const cookie = await signIn(url);
await withBrowser(url, cookie, [keepMemories, probe], async (page, context) => {
  const wire = await context.newCDPSession(page);
  await page.goto(`${url}/`);
  await awake(page);
  const cards = await page.locator("[data-column] [data-order]").count();
  const first = await weigh(page, wire);
  tell(`${cards} cards, ${first.nodes} nodes (${first.elements} elements), ${first.heap.toFixed(1)} MB (${first.parts})`);
  const { took, changing } = await type(page, wire);
  handIn(
    "keystroke",
    percentile(took, 0.95),
    `p95 of ${took.length} keys, ${changing} of which find something else, and each was answered before the next; p50 ${ms(percentile(took, 0.5))}; from the key ` +
      "to the frame after the last change it caused, on a screen of 60 Hz",
  );
  const { all, changes, count } = await work(page, wire);
  handIn(
    "shift",
    percentile(all, 0.98),
    `p98 of ${count} interactions in ${ACTIONS} actions, by the browser's Event Timing (steps of 8 ms), ${changes} orders ` +
      `arrived meanwhile; p50 ${percentile(all, 0.5)} ms, worst ${Math.max(...all)} ms`,
  );
  const last = await weigh(page, wire);
  handIn("nodes", Math.max(first.nodes, last.nodes), `nodes of any kind, ${Math.max(first.elements, last.elements)} elements; ${first.nodes} on opening, ${last.nodes} after the shift`);
  handIn("heap", Math.max(first.heap, last.heap), `on opening ${first.heap.toFixed(1)} MB (${first.parts}); after the shift ${last.heap.toFixed(1)} MB (${last.parts})`);
});
