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
      opening.onerror = () => reject(opening.error);
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

/** The hashes of the models that the worker has written down as stored; its notes of orders and pictures are apart. */
export async function notedModels(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const name = "verstak-models";
    // To open one that is not there would make it, without its stores.
    if (!(await indexedDB.databases()).some((found) => found.name === name)) return [];
    return new Promise<string[]>((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const asked = opening.result.transaction("entries").objectStore("entries").getAllKeys();
        asked.onerror = () => reject(asked.error);
        asked.onsuccess = () => {
          opening.result.close();
          resolve(asked.result.map(String));
        };
      };
    });
  });
}
