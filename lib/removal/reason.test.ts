import { describe, expect, test } from "vitest";
import { type RemovalGrounds, removalReason } from "@/lib/removal/rules";

const notAfter = new Date("2026-10-12T12:00:00.000Z");
const grounds: RemovalGrounds = {
  eligibility: "expired",
  notAfter,
  removedAt: new Date("2026-11-22T12:00:00.000Z"),
  revokedAt: null,
  retentionDays: null,
};

describe("why a certificate was allowed to go", () => {
  test.each<[string, Partial<RemovalGrounds>]>([
    ["Expired 41 days before", {}],
    ["Expired 40 days before", { removedAt: new Date("2026-11-22T11:59:59.999Z") }],
    ["Expired 1 day before", { removedAt: new Date("2026-10-13T12:00:00.000Z") }],
    ["Expired less than a day before", { removedAt: new Date("2026-10-13T11:59:59.999Z") }],
    ["Expired 41 days before; cleanup takes what expired more than 30 days ago", { retentionDays: 30 }],
    ["Expired 41 days before; cleanup takes what expired more than 1 day ago", { retentionDays: 1 }],
    ["Revoked on 3 Mar 2026", { eligibility: "revoked", revokedAt: new Date("2026-03-03T23:59:00.000Z") }],
    ["Uploaded: may go at any time", { eligibility: "uploaded" }],
  ])("%s", (sentence, change) => {
    expect(removalReason({ ...grounds, ...change })).toBe(sentence);
  });
});
