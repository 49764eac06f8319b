import { expect, test } from "vitest";
import { chartTable } from "../chart/chart.js";
import { simulatedView } from "../fixture/simulated-view.js";
import { renderReport } from "../report/report.js";
import { renderPage } from "./page.js";

const empty = { id: "one", title: "One", blocks: [] };

test("nothing in a report points outside the file", () => {
  const html = renderReport(simulatedView({ units: 3, periods: 60, draws: 4, withGraph: true }));
  const words = html.slice(0, html.indexOf('<script type="application/json"'));
  expect(words).not.toMatch(/(src|href|action)="(?!#|data:)/);
  expect(words).toContain("default-src 'none'");
  expect(html).not.toMatch(/@import|url\(\s*["']?http/);
});

test("names from the data cannot become markup", () => {
  const hostile = "</script><img src=x onerror=alert(1)>";
  const html = renderReport(simulatedView({ units: 2, periods: 60, draws: 4, channels: [hostile, "TV"] }));
  expect(html).not.toContain("<img src=x");
  expect(html.match(/<\/script>/g)!.length).toBe(2);
});

test("a report of 190 units and 13 channels stays below 3 MB", () => {
  const channels = Array.from({ length: 13 }, (_, i) => `impressions_channel_${i}_name`);
  const html = renderReport(simulatedView({ units: 190, periods: 109, draws: 2, channels, withGraph: true }));
  expect(html.length).toBeLessThan(3_000_000);
});

test("currency, locale, brand and extra sections reach the page", () => {
  const html = renderReport(simulatedView({ units: 2, periods: 60, draws: 4 }), {
    currency: "USD",
    locale: "en-US",
    brand: { name: "Acme & Co", color: "#aa3311" },
    title: "Plan",
    sections: [{ id: "plan", title: "Next year", blocks: [{ kind: "text", paragraphs: ["Spend wisely."] }] }],
  });
  expect(html).toContain("<title>Plan</title>");
  expect(html).toContain("Acme &amp; Co");
  expect(html).toContain("--accent:#aa3311");
  expect(html).toContain("Spend wisely.");
  expect(html).toMatch(/\$\d/);
});

test("tables write numbers in the reader's format and keep row headers", () => {
  const table = chartTable(
    [
      ["Channel", "text"],
      ["Share", "percent"],
    ],
    [["TV", 0.25]],
  );
  const html = renderPage("T", [{ ...empty, blocks: [{ kind: "table", title: "Shares", table }] }]);
  expect(html).toContain('<th scope="row">TV<td>25%');
});

test("ids that clash or cannot be anchors are refused with a remedy", () => {
  expect(() => renderPage("T", [empty, empty])).toThrow("The section id 'one' occurs twice on the page.");
  expect(() => renderPage("T", [{ ...empty, id: "1 x" }])).toThrow("cannot be an anchor");
});

test("a brand must be a colour and an embedded image", () => {
  expect(() => renderPage("T", [empty], { brand: { color: "red" } })).toThrow("must have the form #rrggbb");
  expect(() => renderPage("T", [empty], { brand: { logo: "https://example.org/a.png" } })).toThrow("data URI");
});
