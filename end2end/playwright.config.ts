import { defineConfig } from "@playwright/test";
import args from "./support/chromium.json";

// The server and its services are started by scripts/test.sh; the addresses come through the environment.
const chromium = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args,
};

export default defineConfig({
  testDir: "tests",
  // Journeys share one board but never an order; the machine has two cores and a real browser is heavy.
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  // On a busy machine a bound is missed now and then; scripts/count.sh tells how many passed only then.
  retries: 1,
  timeout: 400_000,
  expect: { timeout: 90_000 },
  reporter: "list",
  outputDir: "test-results",
  use: {
    baseURL: process.env.VERSTAK_URL,
    launchOptions: chromium,
    locale: "ru-RU",
    viewport: { width: 1280, height: 900 },
    trace: "on-first-retry",
  },
  projects: [
    { name: "hydrated" },
    { name: "plain", testMatch: /(journey|release|race|search|language|hostile|keyboard|page|news|views|traveller|window|changed|cancelled|flow|bonus|outage)\.spec/, use: { javaScriptEnabled: false } },
  ],
});
