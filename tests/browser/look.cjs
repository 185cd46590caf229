"use strict";
// Looks at pages in Chromium. In: a list of visits as JSON on standard input. Out: what each saw, as JSON.
// A visit: { file, hash?, open? (selector of folds), width?, media?, scheme?, script?, axe?, places? (selectors to measure), paint? }.
const fs = require("node:fs");
const { createRequire } = require("node:module");

const parts = createRequire(`${process.env.BROWSER_PARTS}/`);
const { chromium } = parts("playwright-core");
const axe = fs.readFileSync(parts.resolve("axe-core/axe.min.js"), "utf8");

// The height that an element takes on the screen, -1 where there is none.
const heights = (places) =>
  Object.fromEntries(
    places.map((place) => {
      const found = document.querySelector(place);
      return [place, found ? (found.checkVisibility({ contentVisibilityAuto: true }) ? found.getBoundingClientRect().height : 0) : -1];
    }),
  );

const target = () => {
  const found = document.querySelector(":target");
  if (!found) return null;
  const folds = [];
  for (let node = found; node; node = node.parentElement) if (node.tagName === "DETAILS") folds.push(node.open);
  const box = found.getBoundingClientRect();
  return { folds, seen: box.top >= 0 && box.top < innerHeight && box.height > 0 };
};

const faults = async (page) => {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map(({ id, impact, help, nodes }) => ({
    id,
    impact,
    help,
    nodes: nodes.slice(0, 5).map((node) => node.html.slice(0, 200)),
  }));
};

const paint = () =>
  new Promise((tell) => {
    const first = (list) => list.getEntriesByName("first-contentful-paint").forEach((one) => tell(one.startTime));
    new PerformanceObserver(first).observe({ type: "paint", buffered: true });
  });

const visit = async (browser, wanted) => {
  const width = wanted.width || 1280;
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 812 : 800 },
    colorScheme: wanted.scheme || "light",
    javaScriptEnabled: wanted.script !== false,
  });
  const page = await context.newPage();
  const asked = [];
  const said = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("dialog", (dialog) => { said.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.emulateMedia({ media: wanted.media || "screen", colorScheme: wanted.scheme || "light" });
  await page.goto(`file://${wanted.file}${wanted.hash ? `#${wanted.hash}` : ""}`);
  if (wanted.open) {
    await page.evaluate((folds) => document.querySelectorAll(folds).forEach((fold) => (fold.open = true)), wanted.open);
  }
  const saw = {
    asked,
    said,
    wide: await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    target: await page.evaluate(target),
    heights: await page.evaluate(heights, wanted.places || []),
    paint: wanted.paint ? await page.evaluate(paint) : null,
    faults: wanted.axe ? await faults(page) : [],
  };
  if (wanted.picture) await page.screenshot({ path: wanted.picture });
  await context.close();
  return saw;
};

(async () => {
  const visits = JSON.parse(fs.readFileSync(0, "utf8"));
  const options = { executablePath: process.env.BROWSER, args: ["--no-sandbox"] };
  const seen = [];
  const browser = await chromium.launch(options);
  for (const wanted of visits) seen.push(await visit(browser, wanted));
  await browser.close();
  process.stdout.write(JSON.stringify(seen));
})();
