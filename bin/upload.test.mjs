import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { batchesOf, measure, readForm } from "./upload-batches.mjs";
import { resultOf, summaryOf } from "./upload-results.mjs";

const file = (name, size = 1) => ({ path: name, size });
const lengths = (files) => batchesOf(files).map((batch) => batch.length);
const numbered = (count, size) => Array.from({ length: count }, (_, number) => file(`${number}.pem`, size));

test("files travel forty at once, or a megabyte, and a larger one alone", () => {
  expect(lengths([])).toEqual([]);
  expect(lengths(numbered(81))).toEqual([40, 40, 1]);
  expect(lengths(numbered(5, 400_000))).toEqual([2, 2, 1]);
  expect(lengths([file("a.pem"), file("b.pem", 9_000_000), file("c.pem")])).toEqual([1, 1, 1]);
});

test("a private key travels with the certificate beside it", () => {
  const files = [...numbered(39), file("shop.crt"), file("shop.key"), file("shop.pem"), file("z.pem")];
  expect(lengths(files)).toEqual([42, 1]);
});

test("what is too large is never read, and what has gone meanwhile is set aside", async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-upload-"));
  const at = (name) => path.join(folder, name);
  writeFileSync(at("a.pem"), "octets");
  writeFileSync(at("huge.pem"), "");
  truncateSync(at("huge.pem"), 3 * 1024 ** 3);
  const measured = await measure([at("a.pem"), at("huge.pem"), at("gone.pem")]);
  expect(measured.sized).toEqual([{ path: at("a.pem"), size: 6 }]);
  expect(measured.refused.map(({ reason }) => reason)).toEqual([
    "It is too large: 3072.0 MB, and the server takes 10 MB.",
    "There is no such file.",
  ]);
  const { form, sent, refused } = await readForm([file(at("a.pem")), file(at("gone.pem"))], { password: "p" });
  expect(form.getAll("files").map(({ name, size }) => [name, size])).toEqual([["a.pem", 6]]);
  expect([form.has("name"), form.get("password"), sent.length, refused.length]).toEqual([false, "p", 1, 1]);
  rmSync(folder, { recursive: true });
});

test("a summary counts certificates, and files that were refused", () => {
  const told = (...outcomes) => ({
    outcome: "read",
    certificates: outcomes.map((outcome) => ({ id: "", name: "", outcome })),
    detail: null,
  });
  const results = [
    resultOf("bundle.pem", told("added", "added_with_key", "already")),
    resultOf("again.pem", told("already")),
    resultOf("late.key", told("key_added")),
    resultOf("bad.pem", { outcome: "refused", certificates: [], detail: "Damaged." }),
  ];
  expect(results.map(({ outcome }) => outcome)).toEqual(["added", "exists", "added", "refused"]);
  expect(summaryOf(results, 0)).toBe("2 certificates added, 2 already there, 1 private key added, 1 file refused.");
  expect(summaryOf(results.slice(0, 1), 3)).toBe(
    "2 certificates added, 1 already there, 0 files refused, 3 other files passed over.",
  );
});
