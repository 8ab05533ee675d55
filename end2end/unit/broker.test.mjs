// The banner's script: shows what the server says, hides when it says nothing, and keeps what it has when nobody answers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const source = readFileSync(new URL("../../public/broker.js", import.meta.url), "utf8").replace("export {};", "");

/** A page with a banner, and a server that answers what it is told to. */
function page(answer) {
  const words = { textContent: "" };
  const banner = { hidden: true, querySelector: () => words };
  const state = { answer, asked: 0, ticks: [], visible: "visible" };
  const document = {
    querySelector: () => banner,
    addEventListener() {},
    get visibilityState() { return state.visible; },
  };
  const fetch = async (path) => {
    assert.equal(path, "/api/broker");
    state.asked += 1;
    if (state.answer instanceof Error) throw state.answer;
    return { ok: state.answer !== null, json: async () => ({ words: state.answer }) };
  };
  const setInterval = (act) => state.ticks.push(act);
  vm.runInNewContext(source, { document, fetch, setInterval });
  const tick = async () => {
    state.ticks.forEach((act) => act());
    for (let turn = 0; turn < 10; turn += 1) await null;
  };
  return { banner, words, state, tick };
}

test("the banner says what the server says, and goes when there is nothing to say", async () => {
  const { banner, words, state, tick } = page("Нет связи");
  await tick();
  assert.deepEqual([banner.hidden, words.textContent], [false, "Нет связи"]);
  state.answer = undefined;
  await tick();
  assert.equal(banner.hidden, true);
});

test("a server that does not answer or refuses changes nothing", async () => {
  const { banner, words, state, tick } = page("Нет связи");
  await tick();
  for (const silence of [new Error("offline"), null]) {
    state.answer = silence;
    await tick();
    assert.deepEqual([banner.hidden, words.textContent], [false, "Нет связи"]);
  }
  state.answer = "Нет связи, 2 мин";
  await tick();
  assert.equal(words.textContent, "Нет связи, 2 мин");
});

test("a page that nobody sees asks nothing", async () => {
  const { state, tick } = page("Нет связи");
  state.visible = "hidden";
  await tick();
  assert.equal(state.asked, 0);
});
