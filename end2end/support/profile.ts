// A browser with a profile on disk: closed and started again, it is the same one.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, type LaunchOptions, type Page, chromium } from "@playwright/test";
import { alone, watch } from "./floor";
import { onDearLine } from "./models";

export class Profile {
  private context: BrowserContext | null = null;

  constructor(
    private readonly folder: string,
    private readonly launch: LaunchOptions | undefined,
    private readonly baseURL: string,
  ) {}

  /** Starts it. Only what is opened here is kept here: nothing is fetched ahead. */
  async open(): Promise<BrowserContext> {
    const context = await chromium.launchPersistentContext(this.folder, { ...this.launch, baseURL: this.baseURL, locale: "ru-RU" });
    this.context = context;
    watch(context);
    await onDearLine(context);
    return context;
  }

  /** Ends it; what it had in memory is gone. */
  async close() {
    await this.context?.close();
    this.context = null;
  }

  /** Ends it if it runs, and starts it again; a page of it that shows nothing yet. */
  async reopen(): Promise<Page> {
    await this.close();
    const context = await this.open();
    return context.pages()[0] ?? context.newPage();
  }
}

/** A test with a server of its own whose pages are in such a browser. */
export const onDisk = alone.extend<{ profile: Profile }>({
  profile: async ({ server }, use, info) => {
    const folder = await mkdtemp(join(tmpdir(), "verstak-profile-"));
    const profile = new Profile(folder, info.project.use.launchOptions, server.url);
    await use(profile);
    await profile.close();
    // Its last processes may still write there.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  },
  context: async ({ profile }, use) => use(await profile.open()),
});

/** What the worker has written down in this browser, as text: orders, files, pictures, and who signed in. */
export async function notes(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
    const found = names.map((name) => new Promise<unknown[]>((resolve, reject) => {
      const opening = indexedDB.open(name);
      // Deleted since it was listed: to open it would make it, without its stores, and the worker could not.
      opening.onupgradeneeded = () => opening.transaction?.abort();
      opening.onerror = () => (opening.error?.name === "AbortError" ? resolve([]) : reject(opening.error));
      opening.onsuccess = () => {
        const db = opening.result;
        const stores = [...db.objectStoreNames];
        if (stores.length === 0) return resolve([]);
        const reading = db.transaction(stores);
        const all = stores.map((store) => reading.objectStore(store).getAll());
        reading.oncomplete = () => {
          db.close();
          resolve(all.map(({ result }) => result));
        };
      };
    }));
    return JSON.stringify(await Promise.all(found));
  });
}

/** What the worker notes of a stored model, times in milliseconds. */
export type Noted = { sha: string; used: number; checked: number };

/** What the worker notes of each stored model; `forge` changes it before, as time does. */
export async function noted(page: Page, forge: Partial<Noted> = {}): Promise<Noted[]> {
  return page.evaluate(async (forge) => {
    const name = "verstak-models";
    // To open one that is not there would make it, without its stores.
    if (!(await indexedDB.databases()).some((found) => found.name === name)) return [];
    const done = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const database = await done(indexedDB.open(name));
    const entries = database.transaction("entries", "readwrite").objectStore("entries");
    const all: Noted[] = (await done(entries.getAll())).map((entry) => ({ ...entry, ...forge }));
    await Promise.all(Object.keys(forge).length > 0 ? all.map((entry) => done(entries.put(entry))) : []);
    database.close();
    return all;
  }, forge);
}

/** The hashes of the models that the worker has written down as stored; its notes of orders and pictures are apart. */
export const notedModels = async (page: Page) => (await noted(page)).map(({ sha }) => sha);

/** When somebody last looked at a stored model, milliseconds. */
export const usedAt = async (page: Page, path: string) =>
  (await noted(page)).find(({ sha }) => path.includes(sha))?.used ?? 0;

/** Says something to the worker, as a page does; its answer. */
export const tell = (page: Page, message: object) => page.evaluate(async (message) => {
  const { active } = await navigator.serviceWorker.ready;
  return new Promise<Record<string, unknown>>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    active?.postMessage({ protocol: 1, ...message }, [port2]);
  });
}, message);

/** Turns a byte of a stored model, as a failing disk does. */
export const spoil = (page: Page, path: string) => page.evaluate(async (path) => {
  const cache = await caches.open("glb-v1");
  const held = await cache.match(path);
  const bytes = new Uint8Array((await held?.arrayBuffer()) ?? new ArrayBuffer(0));
  bytes[bytes.length - 1] ^= 1;
  await cache.put(path, new Response(bytes, { headers: held?.headers }));
}, path);
