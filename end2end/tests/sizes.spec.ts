// What is said of a size that nobody could measure.
import { expect, signIn, test } from "../support/floor";
import { openModel, withModel, withPacked } from "../support/models";

test("a size that only the file says is told as such, and one that was measured without a word", async ({ page, request }) => {
  await signIn(page);
  const size = page.locator('.details [data-fact="size"]');
  await page.goto(`/orders/${(await withPacked(page, request)).number}`);
  await expect(size).toHaveText(/^[\d,]+ × [\d,]+ × [\d,]+\sмм, так записано в файле$/);
  for (const file of ["meshopt.glb", "draco.glb"]) {
    await openModel(page, await withModel(page, request, file));
    await expect(size).toHaveText(/^[\d,]+ × [\d,]+ × [\d,]+\sмм$/);
  }
});
