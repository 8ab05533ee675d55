// What a goldsmith reads of a model, and does with it before taking the order.
import type { Page } from "@playwright/test";
import { Order, bench, expect, find, signIn, test } from "../support/floor";
import { openModel, withModel } from "../support/models";

const tool = (page: Page, name: string) => page.locator(`[data-tool="${name}"]`);
const told = (page: Page) => page.locator(".tools-told");

/** The numbers in a text, as the page's language writes them. */
const numbers = (text: string | null) => [...(text ?? "").matchAll(/\d+(?:,\d+)?/g)].map(([number]) => Number(number.replace(",", ".")));

/** Where the piece lies below places of the window, millimetres. */
const pointsAt = (page: Page, places: [number, number][]) => page.locator("model-viewer").evaluate((element, places) => {
  type Piece = HTMLElement & { positionAndNormalFromPoint(x: number, y: number): { position: { x: number; y: number; z: number } } | null };
  return places.map(([x, y]) => {
    const { position } = (element as Piece).positionAndNormalFromPoint(x, y)!;
    return [position.x, position.y, position.z].map((metres) => metres * 1000);
  });
}, places);

const apart = (a: number[], b: number[]) => Math.hypot(...a.map((side, at) => side - b[at]));

/** Places of the window below which the piece is, and nothing else above it. */
async function onPiece(page: Page): Promise<[number, number][]> {
  return page.locator("model-viewer").evaluate((element) => {
    type Piece = HTMLElement & { positionAndNormalFromPoint(x: number, y: number): object | null };
    const piece = element as Piece;
    const { left, top, width, height } = piece.getBoundingClientRect();
    const found: [number, number][] = [];
    for (let row = 2; row < 39; row += 1) {
      for (let column = 2; column < 39; column += 1) {
        const [x, y] = [left + (column * width) / 40, top + (row * height) / 40].map(Math.round);
        if (!piece.contains(document.elementFromPoint(x, y))) continue;
        if (piece.positionAndNormalFromPoint(x, y)) found.push([x, y]);
      }
    }
    return found;
  });
}

declare global {
  interface Window { graphics: { bytes: number; textures: number }; files: WeakRef<Blob>[] }
}

/** In a page: notes the models that were given an address to be shown from, without holding them. */
function watchFiles() {
  window.files = [];
  const { createObjectURL } = URL;
  URL.createObjectURL = (file: Blob) => {
    if (file.type === "model/gltf-binary") window.files.push(new WeakRef(file));
    return createObjectURL.call(URL, file);
  };
}

/** In a page: counts the bytes of meshes and the pictures that its drawings hold in the graphics processor. */
function countGraphics() {
  const drawing = WebGL2RenderingContext.prototype;
  const { bindBuffer, bufferData, deleteBuffer, createTexture, deleteTexture } = drawing;
  const bound = new Map<number, WebGLBuffer | null>();
  const sizes = new Map<WebGLBuffer | null | undefined, number>();
  const textures = new Set<WebGLTexture | null>();
  const count = () => {
    window.graphics = { bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0), textures: textures.size };
  };
  count();
  drawing.bindBuffer = function (target, buffer) {
    bound.set(target, buffer);
    bindBuffer.call(this, target, buffer);
  };
  drawing.bufferData = function (target: number, ...rest: [number | AllowSharedBufferSource | null, number]) {
    sizes.set(bound.get(target), typeof rest[0] === "number" ? rest[0] : rest[0]?.byteLength ?? 0);
    count();
    Reflect.apply(bufferData, this, [target, ...rest]);
  };
  drawing.deleteBuffer = function (buffer) {
    sizes.delete(buffer);
    count();
    deleteBuffer.call(this, buffer);
  };
  drawing.createTexture = function () {
    const texture = createTexture.call(this);
    textures.add(texture);
    count();
    return texture;
  };
  drawing.deleteTexture = function (texture) {
    textures.delete(texture);
    count();
    deleteTexture.call(this, texture);
  };
}

/** The colour in the middle of the piece's picture, as the screen shows it. */
async function look(page: Page): Promise<string> {
  return (await page.locator("model-viewer").screenshot()).toString("base64");
}

async function opened(page: Page, order: Order) {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openModel(page, order);
  await expect(tool(page, "size")).toBeVisible();
}

test("an order's page says what the piece weighs in its alloy and in others, and the picture is there before the model", async ({ page, request }) => {
  await signIn(page);
  const order = await withModel(page, request);
  const card = await find(page, order);
  await expect(card.locator("img.photo")).toHaveJSProperty("complete", true);
  await expect.poll(() => card.locator("img.photo").evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBe(320);
  await page.goto(`/orders/${order.number}`);
  await expect(page.locator('.facts [data-fact="weight"]')).toHaveText(/^≈\s[\d,]+\sг$/);
  await page.locator("details.alloys > summary").click();
  const platinum = page.locator("details.alloys tr").filter({ hasText: "платина 950" });
  await expect(platinum.locator("td")).toHaveText(/^[\d,]+\sг$/);
  await expect(page.locator("figure.model img.photo")).toBeVisible();
});

test("the picture is there before the model, and what comes of the model is told in bytes", async ({ browser, request }) => {
  // Past the worker, so that the test can hold the file back.
  const page = await bench(browser, "operator1", { serviceWorkers: "block" });
  const order = await withModel(page, request);
  let go = () => {};
  const held = new Promise<void>((resolve) => { go = resolve; });
  await page.route("**/models/*.glb", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`/orders/${order.number}`);
  const viewer = page.locator("model-viewer");
  await expect(viewer).toHaveAttribute("data-state", "loading");
  const picture = page.locator("figure.model img.photo");
  await expect(picture).toHaveJSProperty("naturalWidth", 320);
  await expect(picture).toBeVisible();
  await expect(page.locator("progress.viewer-bar")).toBeVisible();
  go();
  await expect(viewer).toHaveAttribute("data-state", "ready", { timeout: 120_000 });
  await expect(page.locator("progress.viewer-bar")).toBeHidden();
  expect(await page.locator("progress.viewer-bar").evaluate((bar) => (bar as HTMLProgressElement).value)).toBeGreaterThan(1_000);
  await page.context().close();
});

test("a packed file that the server can't open says so, and opens in the viewer", async ({ page, request }) => {
  await signIn(page);
  await openModel(page, await withModel(page, request, "draco.glb"));
  await expect(page.locator('.facts [data-fact="weight"]')).toContainText("Draco");
  await expect(page.locator("img.photo")).toHaveJSProperty("naturalWidth", 0);
});

test("a piece is measured by hand: its size, between two points, and across a ring", async ({ page, request }) => {
  await signIn(page);
  await opened(page, await withModel(page, request));
  await tool(page, "size").click();
  await expect(told(page)).toHaveText(/^[\d,]+ × [\d,]+ × [\d,]+ мм/);
  // As the server measured it, to the tenth of a millimetre that the page tells.
  const box = numbers(await told(page).textContent()).slice(0, 3);
  const measured = numbers(await page.locator('[data-fact="size"]').textContent()).slice(0, 3);
  box.forEach((side, at) => expect(side).toBeCloseTo(measured[at], 1));
  await tool(page, "points").click();
  const places = await onPiece(page);
  const [first, between, last] = [8, 4, 2].map((part) => places[Math.floor(places.length / part)]);
  await page.mouse.click(...first);
  await expect(told(page)).toHaveText("Теперь второй.");
  await page.mouse.click(...last);
  await expect(told(page)).toHaveText(/^Между точками [\d,]+ мм\.$/);
  const [a, b, c] = await pointsAt(page, [first, between, last]);
  const [distance] = numbers(await told(page).textContent());
  expect(distance, "more than nothing was measured").toBeGreaterThan(1);
  expect(Math.abs(distance - apart(a, c))).toBeLessThan(0.05);
  await expect(page.locator(".spot")).toHaveCount(2);
  await tool(page, "ring").click();
  await expect(page.locator(".spot")).toHaveCount(0);
  for (const place of [first, between, last]) await page.mouse.click(...place);
  await expect(told(page)).toHaveText(/Внутренний диаметр/);
  // A circle's radius by the sides of a triangle in it: their product over four times the area, and that by Heron.
  const [x, y, z] = [apart(a, b), apart(b, c), apart(c, a)];
  const half = (x + y + z) / 2;
  const across = (x * y * z) / (2 * Math.sqrt(half * (half - x) * (half - y) * (half - z)));
  const [shown] = numbers(await told(page).textContent());
  expect(Math.abs(shown / across - 1)).toBeLessThan(0.01);
});

test("the tools answer to the keyboard alone", async ({ page, request }) => {
  await signIn(page);
  await opened(page, await withModel(page, request));
  await tool(page, "points").focus();
  await page.keyboard.press("Enter");
  await expect(tool(page, "points")).toHaveAttribute("aria-pressed", "true");
  await tool(page, "place").focus();
  await page.keyboard.press("Enter");
  await expect(told(page)).toHaveText(/Теперь второй|Там нет изделия/);
  await page.keyboard.press("Escape");
  await expect(tool(page, "points")).toHaveAttribute("aria-pressed", "false");
});

test("a piece is cut open, shown as a mesh, in its alloy and in true size, and comes back whole", async ({ page, request }) => {
  await signIn(page);
  // The file is drawn in yellow gold, and ordered in silver.
  await opened(page, await withModel(page, request, "plain.glb", { material: "silver-925" }));
  const whole = await look(page);
  for (const name of ["section", "mesh", "look"]) {
    await tool(page, name).click();
    await expect.poll(() => look(page), name).not.toBe(whole);
    const changed = await look(page);
    await tool(page, name).click();
    // Not the very pixels of before: what is drawn anew is smoothed anew.
    await expect.poll(() => look(page), `without ${name}`).not.toBe(changed);
  }
  await tool(page, "life").click();
  await page.locator(".tools-slide").fill("400");
  await tool(page, "fits").click();
  await expect(told(page)).toHaveText("Сейчас на экране в натуральную величину.");
  // 400 pixels for 85.6 mm, and the eye where the view's height is as many millimetres.
  const height = await page.locator("model-viewer").evaluate((element) => element.clientHeight);
  const distance = () => page.locator("model-viewer").evaluate((element) => {
    const viewer = element as unknown as { getCameraOrbit(): { radius: number } };
    return viewer.getCameraOrbit().radius;
  });
  const wanted = height / (400 / 85.6) / 2000 / Math.tan((6 * Math.PI) / 180);
  const isTrue = () => expect.poll(async () => Math.abs((await distance()) / wanted - 1)).toBeLessThan(0.01);
  await isTrue();
  // What is said stays true: nothing rescales the piece until the tool is off.
  const { x, y, width, height: tall } = (await page.locator("model-viewer").boundingBox())!;
  await page.mouse.move(x + width / 3, y + tall / 2);
  await page.mouse.wheel(0, 600);
  await page.locator("model-viewer .userInput").press("PageUp");
  // Where the eye is going, not where it still is.
  await page.locator("model-viewer").evaluate(async (element) => {
    (element as unknown as { jumpCameraToGoal(): void }).jumpCameraToGoal();
    for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame);
  });
  await isTrue();
  const angle = () => page.locator("model-viewer").evaluate((element) => {
    const viewer = element as unknown as { getFieldOfView(): number };
    return viewer.getFieldOfView();
  });
  await expect.poll(angle).toBeCloseTo(12, 1);
  await tool(page, "life").click();
  await expect.poll(angle, "the view of before").toBeGreaterThan(13);
});

test("the turntable turns at its press", async ({ page, request }) => {
  await signIn(page);
  await opened(page, await withModel(page, request));
  const turned = () => page.locator("model-viewer").evaluate((element) => (element as unknown as { turntableRotation: number }).turntableRotation);
  const still = await turned();
  await tool(page, "turn").click();
  // Without the three seconds that the element itself would wait.
  await expect(page.locator("model-viewer")).toHaveJSProperty("autoRotateDelay", 0);
  await expect.poll(turned).toBeGreaterThan(still);
});

test("a model that is shown again after the graphics were lost has its tools once", async ({ page, request }) => {
  await signIn(page);
  await opened(page, await withModel(page, request));
  const viewer = page.locator("model-viewer");
  await viewer.evaluate((element) => element.dispatchEvent(new CustomEvent("error", { detail: { type: "webglcontextlost" } })));
  await expect(viewer).toHaveAttribute("data-state", "failed");
  await page.getByRole("button", { name: "Ещё раз" }).click();
  await expect(viewer).toHaveAttribute("data-state", "ready", { timeout: 120_000 });
  await expect(tool(page, "size")).toBeVisible();
  await expect(page.locator(".tools")).toHaveCount(1);
});

test("a file too large for the device is not opened before the person says so", async ({ page, request }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, "deviceMemory", { value: 0.0001 }));
  await signIn(page);
  const order = await withModel(page, request);
  await page.goto(`/orders/${order.number}`);
  const viewer = page.locator("model-viewer");
  await expect(viewer).toHaveAttribute("data-state", "failed");
  await page.getByRole("button", { name: "Открыть всё равно" }).click();
  await expect(viewer).toHaveAttribute("data-state", "ready", { timeout: 120_000 });
});

test("by touch: one finger turns the piece, and the tools answer to a tap", async ({ browser, request }) => {
  const page = await bench(browser, "operator1", { hasTouch: true, viewport: { width: 412, height: 915 } });
  await opened(page, await withModel(page, request));
  const viewer = page.locator("model-viewer");
  await viewer.scrollIntoViewIfNeeded();
  const turned = () => viewer.evaluate((piece) => (piece as unknown as { getCameraOrbit(): { theta: number } }).getCameraOrbit().theta);
  const before = await turned();
  const { x, y, width, height } = (await viewer.boundingBox())!;
  const finger = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: { x: number; y: number }[]) =>
    finger.send("Input.dispatchTouchEvent", { type, touchPoints });
  const at = (moved: number) => [{ x: x + width / 3 + moved, y: y + height / 2 }];
  await touch("touchStart", at(0));
  for (let moved = 10; moved <= 100; moved += 10) await touch("touchMove", at(moved));
  await touch("touchEnd", []);
  await expect.poll(async () => Math.abs((await turned()) - before)).toBeGreaterThan(0.1);
  await tool(page, "size").tap();
  await expect(told(page)).toHaveText(/^[\d,]+ × [\d,]+ × [\d,]+ мм/);
  await page.context().close();
});

test("what a model takes in memory and in the graphics processor is given back when it leaves the page, each time", async ({ page, request }) => {
  await page.addInitScript(countGraphics);
  await page.addInitScript(watchFiles);
  await signIn(page);
  const bytes = 1_800_000;
  await openModel(page, await withModel(page, request, "painted-gltfpack.glb", {}, bytes));
  await expect(page.locator("[data-viewer]"), "pictures count where a file may be too large").toHaveAttribute("data-pixels", /^[1-9]/);
  const held = () => page.evaluate(() => window.graphics);
  const tools = await page.context().newCDPSession(page);
  /** What is left of files that were shown, and the bytes that the page's scripts hold. */
  const inMemory = async () => {
    await tools.send("HeapProfiler.collectGarbage");
    const files = await page.evaluate(() => window.files.filter((file) => file.deref() !== undefined).length);
    const usage = (await tools.send("Runtime.getHeapUsage")) as { usedSize: number; backingStorageSize?: number };
    return { files, bytes: usage.usedSize + (usage.backingStorageSize ?? 0) };
  };
  const host = await page.locator("[data-viewer]").elementHandle();
  const place = await page.locator("[data-viewer]").locator("..").elementHandle();
  /** What the drawing itself needs, with no model in it. */
  let bare: Window["graphics"] | null = null;
  const left: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await expect(page.locator("model-viewer")).toHaveAttribute("data-state", "ready");
    const shown = await held();
    await host?.evaluate((host) => host.remove());
    const freed = async () => {
      const { bytes, textures } = await held();
      return bytes < shown.bytes && textures < shown.textures;
    };
    await expect.poll(freed, `${JSON.stringify(shown)} is given back`).toBe(true);
    // What is freed together takes more than a frame.
    let [last, same] = ["", 0];
    await expect.poll(async () => {
      const now = JSON.stringify(await held());
      [same, last] = [now === last ? same + 1 : 0, now];
      return same;
    }, { intervals: [100] }).toBeGreaterThan(4);
    bare ??= await held();
    await expect.poll(held, "no more is left than the first time").toEqual(bare);
    expect(await page.evaluate(() => window.files.length), "each time it was shown anew").toBe(round + 1);
    await expect.poll(async () => (await inMemory()).files, "no file of it is held").toBe(0);
    left.push((await inMemory()).bytes);
    await place?.evaluate((place, host) => host && place.append(host), host);
  }
  expect(left[2] - left[0], `${left} bytes: not one of two files is held`).toBeLessThan(bytes / 2);
});
