// What the measurements of models share: files in the bucket, orders that name them, counters, a page that opens them.
import { createHash, createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { required, sleep } from "./browser.mjs";

const sha256 = (data) => createHash("sha256").update(data).digest("hex");
const sign = (key, text) => createHmac("sha256", key).update(text).digest();

/** Puts a file into the bucket (AWS Signature Version 4, one signed PUT). */
async function put(key, bytes) {
  const address = new URL(`${required("S3_ENDPOINT")}/${required("S3_BUCKET")}/${key}`);
  const moment = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const signed = { host: address.host, "x-amz-content-sha256": sha256(bytes), "x-amz-date": moment };
  const names = Object.keys(signed).join(";");
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}`);
  const request = ["PUT", address.pathname, "", ...lines, "", names, signed["x-amz-content-sha256"]].join("\n");
  const scope = [moment.slice(0, 8), required("S3_REGION"), "s3", "aws4_request"];
  const secret = scope.reduce(sign, `AWS4${required("AWS_SECRET_ACCESS_KEY")}`);
  const text = ["AWS4-HMAC-SHA256", moment, scope.join("/"), sha256(request)].join("\n");
  const credential = `${required("AWS_ACCESS_KEY_ID")}/${scope.join("/")}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${sign(secret, text).toString("hex")}`;
  const { host: _, ...headers } = signed;
  const answer = await fetch(address, { method: "PUT", headers: { ...headers, authorization }, body: bytes });
  if (!answer.ok) throw new Error(`the bucket answered ${answer.status}: ${await answer.text()}`);
}

/** A ring of its own, made as long as asked by data that nothing refers to. */
function ring(bytes) {
  const file = readFileSync(new URL("../../server/src/model/tests/files/plain.glb", import.meta.url));
  const length = file.readUInt32LE(12);
  const document = JSON.parse(file.toString("utf8", 20, 20 + length));
  document.asset.extras = { unique: randomUUID() };
  const data = file.subarray(28 + length);
  const padded = Buffer.alloc(Math.max(data.length, bytes - 2_000) & ~3, 0);
  data.copy(padded);
  for (let at = data.length; at + 4 <= padded.length; at += 4) padded.writeUInt32LE((at * 2654435761) >>> 0, at);
  document.buffers[0].byteLength = padded.length;
  const plain = Buffer.from(JSON.stringify(document));
  const json = Buffer.concat([plain, Buffer.alloc((4 - (plain.length % 4)) % 4, " ")]);
  const head = Buffer.from("glTF\x02\0\0\0", "latin1");
  const words = (...numbers) => { const out = Buffer.alloc(4 * numbers.length); numbers.forEach((n, at) => out.writeUInt32LE(n, 4 * at)); return out; };
  return Buffer.concat([head, words(28 + json.length + padded.length), words(json.length, 0x4e4f534a), json, words(padded.length, 0x004e4942), padded]);
}

/** Sends a message as the shop does. */
export async function message(url, order) {
  const body = { message_id: randomUUID(), type: "order.status_changed", occurred_at: new Date().toISOString(), order };
  const answer = await fetch(`${url}/intake/orders`, {
    method: "POST",
    headers: { authorization: `Bearer ${required("INTAKE_TOKEN")}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`intake answers ${answer.status}: ${await answer.text()}`);
}

/** An order with a model of its own of so many bytes, ready to be opened. */
export async function orderWithModel(url, cookie, bytes = 300_000) {
  const key = `bench/${randomUUID()}.glb`;
  const file = ring(bytes);
  await put(key, file);
  const id = randomUUID();
  const number = `B-${id.slice(0, 8).toUpperCase()}`;
  await message(url, {
    id, number, status: "MANUFACTURING_APPROVED", source_version: 1, title: "Кольцо «Замер»", material: "gold-585-yellow",
    quantity: 1, price: { amount: "45900.00", currency: "RUB" }, model: { key, size: file.length },
  });
  for (let tries = 0; tries < 600; tries += 1) {
    const board = await fetch(`${url}/api/board?q=${number}`, { headers: { cookie: `${cookie.name}=${cookie.value}` } });
    const [card] = (await board.json()).orders;
    if (card?.model_state === "ready") return { id, number, sha256: card.model.sha256, version: card.version };
    await sleep(100);
  }
  throw new Error(`the model of ${number} never became ready`);
}

/** One counter of the server, all labels that begin as given added up. */
export async function counter(admin, name, labels = "") {
  const text = await (await fetch(`${admin}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith(`${name}{${labels}`) || line.startsWith(`${name} `));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

/**
 * Opens an order's page and waits until its model can be turned; how long that took in the page, ms, by the viewer's own mark:
 * a page that draws without a graphics processor answers the one who asks up to half a second later.
 */
export async function openModel(page, url, number) {
  await page.goto(`${url}/orders/${number}`);
  await page.waitForSelector('model-viewer[data-state="ready"]', { state: "attached", timeout: 120_000 });
  return page.evaluate(() => performance.getEntriesByName("verstak:model")[0].startTime);
}

/** Waits until the worker answers for this page. */
export async function workerReady(page) {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/** Paths of all that Cache Storage holds. */
export async function held(page) {
  return page.evaluate(async () => {
    const found = [];
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
    }
    return found;
  });
}

/** Nothing is fetched ahead: every byte has somebody who asked. */
export function dear() {
  Object.defineProperty(navigator, "connection", { value: Object.assign(new EventTarget(), { saveData: true }), configurable: true });
}

/** A command by its address, as a person of this session; the order's version after it. */
export async function command(url, cookie, name, order) {
  const answer = await fetch(`${url}/api/${name}`, {
    method: "POST",
    headers: { cookie: `${cookie.name}=${cookie.value}`, origin: url, accept: "application/json" },
    body: new URLSearchParams({ id: order.id, version: order.version, request_id: randomUUID() }),
  });
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
  order.version = (await answer.json()).order.version;
}
