// What a page has: its weight, and what its search must find.

/** In the page, before any of its scripts: keeps the memory of its program, for `weigh`. */
export function keepMemories() {
  window.verstakMemories = [];
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original.apply(WebAssembly, given);
      const memory = (made.instance ?? made).exports.memory;
      if (memory) window.verstakMemories.push(memory);
      return made;
    };
  }
}

/** Nodes of the document, and what its program and its scripts hold after the garbage is gone. */
export async function weigh(page, wire) {
  await wire.send("HeapProfiler.collectGarbage");
  const held = await wire.send("Runtime.getHeapUsage");
  const [nodes, elements, wasm] = await page.evaluate(() => {
    let nodes = 0;
    for (const walker = document.createTreeWalker(document); walker.nextNode(); ) nodes += 1;
    const wasm = window.verstakMemories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
    return [nodes, document.getElementsByTagName("*").length, wasm];
  });
  if (!wasm) throw new Error("the page's program was not seen");
  const heap = (held.usedSize + (held.embedderHeapUsedSize ?? 0) + wasm) / 1e6;
  const parts = `scripts ${(held.usedSize / 1e6).toFixed(1)}, page ${((held.embedderHeapUsedSize ?? 0) / 1e6).toFixed(1)}, program ${(wasm / 1e6).toFixed(1)} MB`;
  return { nodes, elements, heap, parts };
}

/** The seeder's alloys as their cards show them. */
const shown = (material) => material.split("-").map((word) => ({
  gold: "золото", silver: "серебро", platinum: "платина", yellow: "жёлтое", white: "белое", rose: "розовое", red: "красное",
})[word] ?? word).join(" ");

/** What a search finds in each column, by the same rule as the board's: every word must occur. */
export function oracle(orders) {
  const columns = ["MANUFACTURING_APPROVED", "MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED", "PACKAGING"];
  const texts = orders.map(({ number, title, material, operator, comment, status }) => ({
    column: columns.indexOf(status),
    text: [number, title, material, shown(material), operator?.name ?? "", comment ?? ""].join("\n").toLowerCase(),
  }));
  return (query) => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [0, 0, 0, 0];
    for (const { column, text } of texts) if (words.every((word) => text.includes(word))) found[column] += 1;
    return found.join(" ");
  };
}

/** Whether the columns come to count so much, as an oracle says it, within so many milliseconds. */
export const shows = (page, counts, timeout) =>
  page.waitForFunction(
    (expected) => [...document.querySelectorAll("[data-column]")].map((it) => it.dataset.count).join(" ") === expected,
    counts, { timeout },
  ).catch(() => null);
