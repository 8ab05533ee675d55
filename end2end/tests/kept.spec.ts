// What a browser keeps of the site's own files, and what becomes of a page when a new version takes their place.
import { cp, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { Order, alone, arrive, bench, expect, ready, signIn, test, url } from "../support/floor";
import { changeModel, onDearLine, openModel, withModel } from "../support/models";
import { required } from "../support/server";
import { Wire } from "../support/wire";

/** What must keep its address, and is asked for again: the workers' scripts. */
const WORKERS = /^\/(live|sw(-\w+)?)\.js$/;
/** What comes after everything else, each by the script that wants it. */
const LAST = ["vitals.js", "ahead.js", "queue.js"];

const isPart = (path: string) => /\.(js|css|wasm)$/.test(path);

/** The names of the scripts that a page runs, wherever they came from. */
const running = (page: Page) => page.evaluate(() => performance.getEntriesByType("resource")
  .filter(({ name }) => name.endsWith(".js")).map(({ name }) => name.slice(name.lastIndexOf("/") + 1)));

/** Opens the board and an order, and waits for all that they load. */
async function goRound(page: Page, order: Order) {
  await page.goto("/");
  await ready(page);
  await expect.poll(() => running(page)).toEqual(expect.arrayContaining(["client.js", "tab.js", "news.js", ...LAST]));
  await openModel(page, order);
  await expect.poll(() => running(page)).toEqual(expect.arrayContaining(["viewer.js", "model-viewer.min.js", ...LAST]));
}

test("a page that is opened again asks for no script, style or program, but for the workers", async ({ browser, request }) => {
  const wire = await Wire.to(url);
  const page = await bench(browser, "operator1", { baseURL: wire.url });
  // Else what shows models in the cellar comes as soon as a model of mine is here, which may be in the second round.
  await onDearLine(page.context());
  const order = await withModel(page, request);
  await goRound(page, order);
  const first = wire.asked.filter(isPart);
  const own = first.filter((path) => !WORKERS.test(path));
  expect(own.length, "they came by this wire").toBeGreaterThan(10);
  expect(own.filter((path) => !/^\/pkg\/[\w.\-]*\.[\w\-]{22}[./]/.test(path)), "each has a hash in its name").toEqual([]);

  await goRound(page, order);
  // A shared worker that is slow to answer has its page load the stream's script itself, for the first time.
  const known = new Set(own);
  const again = wire.asked.filter(isPart).slice(first.length);
  expect(again.filter((path) => !WORKERS.test(path) && (known.has(path) || !path.endsWith("/live.js")))).toEqual([]);
  await page.context().close();
  await wire.cut();
});

alone("a page that is open while a new version comes goes on without its old scripts, and opened again it has the new ones", async ({ page, request, server }, info) => {
  await signIn(page);
  const order = await arrive(request);
  await page.goto(`/orders/${order.number}`);
  await ready(page);

  await server.stop();
  const site = info.outputPath("site");
  await cp(required("LEPTOS_SITE_ROOT"), site, { recursive: true });
  const pkg = join(site, "pkg");
  const old = (await readdir(pkg)).find((name) => name.startsWith("page."));
  await rename(join(pkg, old ?? ""), join(pkg, "page.next"));
  await server.start({ LEPTOS_SITE_ROOT: site });

  // What shows it is one of the scripts that this page has not loaded yet.
  const sha256 = await changeModel(page, request, order, 2, "plain.glb");
  const viewer = page.locator(`[data-viewer][data-src="/models/${sha256}.glb"]`);
  await expect(viewer).toHaveText("Модель не открылась. Проверьте связь и попробуйте ещё раз.");
  await page.reload();
  await expect(page.locator('script[src="/pkg/page.next/viewer.js"]')).toBeAttached();
  await expect(viewer.locator("model-viewer")).toHaveAttribute("data-state", "ready");
});
