import type { Page } from "@playwright/test";
import { expect, signIn, test } from "../support/floor";
import { openModel, withKey, withModel } from "../support/models";

/** Millimetres, as the viewer sees the model. */
async function seen(page: Page): Promise<number[]> {
  return page.locator("model-viewer").evaluate((element) => {
    const { x, y, z } = (element as unknown as { getDimensions(): Record<"x" | "y" | "z", number> }).getDimensions();
    return [x, y, z].map((metres) => metres * 1000);
  });
}

/** Millimetres, as the page says that the server measured them. */
async function measured(page: Page): Promise<number[]> {
  const words = await page.locator('.details [data-fact="size"]').innerText();
  return words.split("×").map((side) => Number.parseFloat(side.replace(",", ".")));
}

/** The viewer and the server find the same sides. */
async function agree(page: Page, file: string) {
  const [sides, said] = [await seen(page), await measured(page)];
  expect(said, file).toHaveLength(3);
  said.forEach((side, axis) => expect(Math.abs(sides[axis] - side), `${file}: ${sides} is not ${said}`).toBeLessThan(0.1));
}

test("files packed with Draco or meshopt open, and are as large as the server measured them", async ({ page, request }) => {
  await signIn(page);
  for (const file of ["draco.glb", "meshopt.glb", "gltfpack.glb"]) {
    await openModel(page, await withModel(page, request, file));
    await agree(page, file);
  }
});

/** How many of the model's surfaces are painted with a picture. */
async function painted(page: Page): Promise<number> {
  return page.locator("model-viewer").evaluate((element) => {
    type Painted = { pbrMetallicRoughness: { baseColorTexture: { texture: unknown } | null } };
    const { model } = element as unknown as { model: { materials: Painted[] } };
    return model.materials.filter((one) => one.pbrMetallicRoughness.baseColorTexture?.texture).length;
  });
}

test("a piece with a painted surface is shown with its picture, whichever tool packed it", async ({ page, request }) => {
  await signIn(page);
  await openModel(page, await withKey(page, request, { key: "demo/enamel-gold-585-yellow.glb", size: 1 }));
  expect(await painted(page)).toBe(1);
  for (const file of ["painted-draco.glb", "painted-gltfpack.glb"]) {
    await openModel(page, await withModel(page, request, file));
    expect(await painted(page), file).toBe(1);
    await agree(page, file);
  }
});
