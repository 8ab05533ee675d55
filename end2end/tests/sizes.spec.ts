// What is said of a size that nobody could measure.
import { expect, signIn, test } from "../support/floor";
import { openModel, withModel } from "../support/models";

test("a size that only the file says is told as such, and one that was measured without a word", async ({ page, request }) => {
  await signIn(page);
  const size = page.locator('.details [data-fact="size"]');
  await openModel(page, await withModel(page, request, "draco.glb"));
  await expect(size).toHaveText(/^[\d,]+ × [\d,]+ × [\d,]+\sмм, так записано в файле$/);
  await openModel(page, await withModel(page, request, "meshopt.glb"));
  await expect(size).toHaveText(/^[\d,]+ × [\d,]+ × [\d,]+\sмм$/);
});
