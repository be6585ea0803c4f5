import { describe, expect, test } from "vitest";
import { certificatesCounted, formatCount, totalOf } from "@/components/certificates/counts";
import type { CertificatePage, CertificateRow, ListSummary } from "@/lib/certificates/schema";

describe("a figure", () => {
  test.each([
    [{ count: 0, isLeast: false }, "0", "0 certificates"],
    [{ count: 1, isLeast: false }, "1", "1 certificate"],
    [{ count: 1, isLeast: true }, "1+", "1+ certificates"],
    [{ count: 8_412, isLeast: false }, "8,412", "8,412 certificates"],
    [{ count: 2_501, isLeast: true }, "2,501+", "2,501+ certificates"],
    [{ count: 10_000, isLeast: false }, "10,000", "10,000 certificates"],
    [{ count: 1_000_000, isLeast: false }, "1,000,000", "1,000,000 certificates"],
    [{ count: 680_000, isLeast: true }, "680,000+", "680,000+ certificates"],
    [{ count: 0, isLeast: true }, "0+", "Certificates not counted"],
  ])("%o is said as %s, %s", (counted, alone, sentence) => {
    expect(formatCount(counted)).toBe(alone);
    expect(certificatesCounted(counted)).toBe(sentence);
  });
});

const row: CertificateRow = {
  ...{ id: "0199a3c4-0000-7000-8000-000000000000", name: "a.test", otherNames: [], otherNameCount: 0 },
  ...{ isRevocationPending: false, actions: [] },
  ...{ status: "valid", issuerLabel: "CA", notAfter: "2027-01-01T00:00:00.000Z", revokedAt: null, source: "uploaded" },
  ...{ isSample: false, hasPrivateKey: false, blockers: [] },
  ...{ deployedAt: { names: [], total: 0 }, syncedTo: { names: [], total: 0 }, uses: [] },
};

function summary(total: number, isPartial: boolean): ListSummary {
  const byStatus = { revoked: 0, expired: 0, not_yet_valid: 0, expiring: 0, valid: total };
  return { total, deletable: 0, byStatus, isPartial, isDeletablePartial: isPartial, isEmpty: false };
}

function page(rows: number, next: string | null): CertificatePage {
  return {
    rows: Array.from({ length: rows }, () => row),
    previous: null,
    next,
    now: "2026-11-22T00:00:00.000Z",
    lookedThrough: null,
  };
}

describe("how many match", () => {
  test.each([
    ["what was counted to the end", summary(412, false), page(50, "next"), { count: 412, isLeast: false }],
    ["all that the page shows", summary(0, true), page(3, null), { count: 3, isLeast: false }],
    ["no fewer than the page shows", summary(12, true), page(50, "next"), { count: 50, isLeast: true }],
    ["what was counted", summary(250, true), page(50, "next"), { count: 250, isLeast: true }],
    ["what was counted, without a page", summary(250, true), undefined, { count: 250, isLeast: true }],
  ])("is %s", (_, figures, shown, expected) => {
    expect(totalOf(figures, shown)).toEqual(expected);
  });
});
