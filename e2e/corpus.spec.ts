import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { rootCertificates } from "node:tls";
import { expect } from "@playwright/test";
import { sql } from "./database";
import { test } from "./test";

const FOLDER = path.resolve(import.meta.dirname, "../../shared/corpus");
const isPresent = existsSync(path.join(FOLDER, "expected.tsv"));

type Expectation = { file: string; outcome: string; facts: string };

function readExpectations(): Expectation[] {
  const lines = readFileSync(path.join(FOLDER, "expected.tsv"), "utf8").trim().split("\n").slice(1);
  return lines.map((line) => {
    const [file = "", outcome = "", ...facts] = line.split("\t");
    return { file, outcome, facts: facts.join(" ").trim() };
  });
}

test("1,479 certificates that nobody here made go through the upload screen and come out as openssl reads them", async ({
  enter,
  accountId,
}) => {
  test.setTimeout(300_000);
  if (!isPresent && process.env.CI === "true") throw new Error(`The corpus is missing: ${FOLDER}`);
  if (!isPresent) process.stderr.write("THE CORPUS IS MISSING: THE RUNTIME'S ROOT CERTIFICATES STAND IN FOR IT.\n");
  const expectations = isPresent ? readExpectations() : [];
  const roots = [...new Set(rootCertificates)];
  const files = isPresent
    ? expectations.map(({ file }) => path.join(FOLDER, file))
    : roots.map((pem, number) => ({ name: `root-${number}.pem`, mimeType: "text/plain", buffer: Buffer.from(pem) }));
  const total = files.length.toLocaleString("en");

  const { page } = await enter("member");
  await page.goto("/certificates/upload");
  await page.getByLabel("Certificate files").setInputFiles(files);
  await expect(page.getByText(`${total} files chosen`)).toBeVisible();
  await page.getByRole("button", { name: "Upload" }).click();
  const bar = page.getByRole("progressbar", { name: "Uploading" });
  await expect(bar).toHaveAttribute("aria-valuetext", new RegExp(`^[1-9][\\d,]* of ${total} files$`));
  const results = page.getByRole("region", { name: "Upload results" });
  const counts = isPresent
    ? "1,473 added, 2 already in the inventory, 4 refused."
    : `${roots.length} added, 0 already in the inventory, 0 refused.`;
  await expect(results.getByRole("status")).toHaveText(counts, { timeout: 240_000 });
  await expect(bar).toHaveCount(0);

  for (const { file } of expectations.filter(({ outcome }) => outcome === "refuse")) {
    const row = results.getByRole("row").filter({ hasText: path.basename(file) });
    await expect(row).toContainText(/Refused.*[a-z].*\.$/);
  }
  if (isPresent) await expect(results.getByRole("row").filter({ hasText: "Already in the inventory" })).toHaveCount(2);

  const rows = await sql().unsafe<{ facts: string }[]>(
    `select concat_ws(' ', c.fingerprint, k.details->>'serial', ${utc("not_before")}, ${utc("not_after")}) as facts
    from certificates c join certificate_contents k using (account_id, id) where account_id = $1`,
    [accountId],
  );
  const accepted = expectations.filter(({ outcome }) => outcome === "accept").map(({ facts }) => facts);
  if (isPresent) expect(rows.map(({ facts }) => facts).sort()).toEqual([...new Set(accepted)].sort());
  else expect(rows).toHaveLength(roots.length);

  await page.goto("/");
  await expect(page.getByText(`${rows.length.toLocaleString("en")} certificates ·`)).toBeVisible();
});

/** A moment as the table writes it. */
function utc(column: "not_before" | "not_after") {
  return `to_char(c.${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
}
