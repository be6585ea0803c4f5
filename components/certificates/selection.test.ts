import { describe, expect, test } from "vitest";
import {
  changed,
  isSelected,
  NOTHING,
  pageState,
  refreshed,
  rowsBetween,
  type Selected,
  weighRows,
} from "@/components/certificates/selection";
import { amount, certificatesOf, staysSentence } from "@/components/certificates/selection-words";
import type { CertificateRow } from "@/lib/certificates/schema";
import { type Blocker, BULK_CHOSEN_MAX } from "@/lib/removal/rules";

function rowOf(id: string, blockers: Blocker[] = [], status: CertificateRow["status"] = "expired"): CertificateRow {
  return {
    id,
    name: `${id}.example.test`,
    otherNames: [],
    otherNameCount: 0,
    isRevocationPending: false,
    actions: [],
    status,
    issuerLabel: "",
    notAfter: "2026-10-12T00:00:00.000Z",
    revokedAt: null,
    source: "uploaded",
    isSample: false,
    hasPrivateKey: false,
    deployedAt: { names: [], total: 0 },
    uses: [],
    syncedTo: { names: [], total: 0 },
    blockers: blockers.map((blocker) => ({ blocker, sentence: "" })),
  };
}

const rowsOf = (count: number, prefix = "r") => Array.from({ length: count }, (_, index) => rowOf(`${prefix}${index}`));
const idsOf = (selected: Selected) => (selected.kind === "all" ? "all" : [...selected.rows.keys()]);
const on = (selected: Selected, rows: CertificateRow[]) => changed(selected, { rows, isOn: true, page: rows });

describe("a selection", () => {
  test("keeps the rows of earlier pages", () => {
    const both = on(on(NOTHING, rowsOf(2, "a")), rowsOf(2, "b"));
    expect(idsOf(both)).toEqual(["a0", "a1", "b0", "b1"]);
    const fewer = changed(both, { rows: rowsOf(1, "a"), isOn: false, page: rowsOf(2, "b") });
    expect(idsOf(fewer)).toEqual(["a1", "b0", "b1"]);
    expect(isSelected(fewer, "a0")).toBe(false);
  });

  test("tells none, some and all of a page", () => {
    const page = rowsOf(3);
    expect(pageState(NOTHING, page)).toBe("none");
    expect(pageState(NOTHING, [])).toBe("none");
    expect(pageState(on(NOTHING, page.slice(0, 2)), page)).toBe("some");
    expect(pageState(on(NOTHING, page), page)).toBe("all");
    expect(pageState({ kind: "all" }, page)).toBe("all");
  });

  test("of all that match becomes the rest of the page when one row is taken out", () => {
    const page = rowsOf(3);
    expect(idsOf(changed({ kind: "all" }, { rows: page.slice(1, 2), isOn: false, page }))).toEqual(["r0", "r2"]);
  });

  test("takes no more than can be sent, and still lets rows out", () => {
    const full = on(NOTHING, rowsOf(BULK_CHOSEN_MAX + 7));
    expect(idsOf(full)).toHaveLength(BULK_CHOSEN_MAX);
    expect(isSelected(full, `r${BULK_CHOSEN_MAX}`)).toBe(false);
    expect(idsOf(on(full, rowsOf(1, "more")))).toHaveLength(BULK_CHOSEN_MAX);
    expect(idsOf(changed(full, { rows: rowsOf(5), isOn: false, page: [] }))).toHaveLength(BULK_CHOSEN_MAX - 5);
  });

  test("takes over what the page says of its rows now, and is the same one when that is nothing new", () => {
    const page = rowsOf(2);
    const selected = on(NOTHING, page);
    expect(refreshed(selected, page)).toBe(selected);
    expect(refreshed(selected, rowsOf(3, "other"))).toBe(selected);
    const now = refreshed(selected, [rowOf("r1", ["deployed"])]);
    expect(now.kind === "chosen" && weighRows([...now.rows.values()])).toMatchObject({ total: 2, deployed: 1 });
  });

  test("of a range goes either way, and is one row where its beginning is not on the page", () => {
    const page = rowsOf(6);
    const idsBetween = (from: string | null, to: string) => rowsBetween(page, from, to).map((row) => row.id);
    expect(idsBetween("r1", "r4")).toEqual(["r1", "r2", "r3", "r4"]);
    expect(idsBetween("r4", "r1")).toEqual(["r1", "r2", "r3", "r4"]);
    expect(idsBetween("r2", "r2")).toEqual(["r2"]);
    expect(idsBetween(null, "r3")).toEqual(["r3"]);
    expect(idsBetween("elsewhere", "r0")).toEqual(["r0"]);
  });

  test("counts each row once, under its first blocker, and what is still valid of the rest", () => {
    expect(
      weighRows([
        rowOf("a"),
        rowOf("b", [], "valid"),
        rowOf("c", [], "revoked"),
        rowOf("d", ["still_valid", "deployed"], "valid"),
        rowOf("e", ["deployed", "synced"]),
        rowOf("f", ["synced"]),
      ]),
    ).toEqual({ total: 6, removable: 3, live: 1, stillValid: 1, deployed: 1, synced: 1, isCapped: false });
  });
});

describe("the words for a selection", () => {
  test("say how many stay and why, or nothing", () => {
    const none = { stillValid: 0, deployed: 0, synced: 0, isCapped: false };
    expect(staysSentence(none)).toBeNull();
    expect(staysSentence({ ...none, deployed: 2, synced: 1 })).toBe("3 cannot be deleted: 2 deployed, 1 synced");
    expect(staysSentence({ ...none, stillValid: 1_200, isCapped: true })).toBe(
      "1,200+ cannot be deleted: 1,200+ issued and still valid",
    );
  });

  test("say that counting stopped", () => {
    expect(amount(10_001, true)).toBe("10,000+");
    expect(amount(10_001, false)).toBe("10,001");
    expect([certificatesOf(0), certificatesOf(1), certificatesOf(1, true), certificatesOf(1_234)]).toEqual([
      "0 certificates",
      "1 certificate",
      "1+ certificates",
      "1,234 certificates",
    ]);
  });
});
