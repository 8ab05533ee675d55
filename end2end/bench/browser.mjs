// What the browser's measurements share: a Chromium like that of the tests, people who are signed in, and figures.
import { appendFileSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { chromium } from "@playwright/test";

const ARGUMENTS = JSON.parse(readFileSync(new URL('../support/chromium.json', import.meta.url), 'utf8'));

export function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this through \`make bench\``);
  return value;
}

export const tell = (text) => console.log(`         ${text}`);
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Hands a row's figure to the table. */
export function handIn(row, value, note) {
  appendFileSync(required("BENCH_ROWS"), `${JSON.stringify({ row, value, note })}\n`);
  tell(`${row}: ${value} (${note})`);
}

/** The value below which this share of the sample lies (nearest rank). */
export function percentile(sample, share) {
  if (sample.length === 0) throw new Error("an empty sample");
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

export const least = (sample) => Math.min(...sample);
export const ms = (value) => `${value.toFixed(1)} ms`;

/** The value of a person's session cookie. */
export async function signIn(url, login = "operator1") {
  const answer = await fetch(`${url}/api/login`, {
    method: "POST",
    headers: { origin: url, accept: "application/json" },
    body: new URLSearchParams({ login, password: required("VERSTAK_DEMO_PASSWORD") }),
  });
  if (answer.status !== 200) throw new Error(`${login} could not sign in: ${answer.status}`);
  const [name, value] = answer.headers.getSetCookie()[0].split(";")[0].split("=");
  return { name, value };
}

/**
 * Runs `work` with a page in a browser with a new profile, whose only memory is the session. `probe`, one or several,
 * runs in the page before any of its scripts.
 */
export async function withBrowser(url, cookie, probe, work) {
  const profile = await mkdtemp(join(tmpdir(), "verstak-bench-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ARGUMENTS,
    locale: "ru-RU",
    viewport: { width: 1280, height: 900 },
  });
  try {
    await context.addCookies([{ ...cookie, url }]);
    const page = context.pages()[0] ?? (await context.newPage());
    for (const script of [probe ?? []].flat()) await page.addInitScript(script);
    page.setDefaultTimeout(60_000);
    return await work(page, context);
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}

/** Waits until the board is interactive and live, and the machine has nothing left to do for it. */
export async function awake(page) {
  await page.waitForSelector("html[data-hydrated]", { state: "attached" });
  await page.waitForSelector('[data-live="live"]', { state: "attached" });
  await page.waitForLoadState("load");
  await sleep(4000);
}

/** Presses a key that writes this letter, of any alphabet. */
export async function pressLetter(wire, letter) {
  await wire.send("Input.dispatchKeyEvent", { type: "keyDown", key: letter, text: letter, unmodifiedText: letter });
  await wire.send("Input.dispatchKeyEvent", { type: "keyUp", key: letter });
}

/** A new approved order by intake; its number. */
export async function arrive(url) {
  const id = randomUUID();
  const number = `C-${id.slice(0, 8).toUpperCase()}`;
  const answer = await fetch(`${url}/intake/orders`, {
    method: "POST",
    headers: { authorization: `Bearer ${required("INTAKE_TOKEN")}`, "content-type": "application/json" },
    body: JSON.stringify({
      message_id: randomUUID(),
      type: "order.status_changed",
      occurred_at: new Date().toISOString(),
      order: {
        id,
        number,
        status: "MANUFACTURING_APPROVED",
        source_version: 1,
        title: "Кольцо «Замер»",
        material: "gold-585-yellow",
        size: "17.5",
        quantity: 1,
        price: { amount: "45900.00", currency: "RUB" },
        operator_pay: { amount: "6900.00", currency: "RUB" },
      },
    }),
  });
  if (answer.status !== 201) throw new Error(`intake answers ${answer.status}: ${await answer.text()}`);
  return number;
}
