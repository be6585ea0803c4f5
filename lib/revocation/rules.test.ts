import { describe, expect, test } from "vitest";
import type { Source, Status } from "@/lib/certificates/rules";
import { STATUSES } from "@/lib/certificates/rules";
import {
  type Actionable,
  ASKED_PATIENCE_MS,
  ATTEMPT_TIMEOUT_MS,
  actionsOf,
  CERTIFICATE_ACTIONS,
  LEASE_MS,
  nextAttemptAt,
  revocationRefusal,
  warnsOnDownload,
} from "@/lib/revocation/rules";

const live = ["valid", "expiring", "not_yet_valid"] as const;
const all: Actionable[] = STATUSES.flatMap((status) =>
  (["uploaded", "issued"] as const).flatMap((source) =>
    [true, false].flatMap((isPending) => [true, false].map((hasIssuer) => ({ status, source, isPending, hasIssuer }))),
  ),
);

describe("what can be done with a certificate", () => {
  const table: [string, Partial<Actionable> & { status: Status; source: Source }, string[]][] = [
    ...live.flatMap((status): [string, Partial<Actionable> & { status: Status; source: Source }, string[]][] => [
      [`${status}, issued`, { status, source: "issued" }, ["details", "download", "renew", "revoke"]],
      [`${status}, uploaded`, { status, source: "uploaded" }, ["details", "download", "check_revocation", "delete"]],
      [`${status}, issued by nobody known`, { status, source: "issued", hasIssuer: false }, ["details", "download"]],
      [`${status}, revocation pending`, { status, source: "issued", isPending: true }, ["details", "retry_revocation"]],
    ]),
    ["expired, issued", { status: "expired", source: "issued" }, ["details", "download", "delete"]],
    ["expired, uploaded", { status: "expired", source: "uploaded" }, ["details", "download", "delete"]],
    ["revoked, issued", { status: "revoked", source: "issued" }, ["details", "download", "delete"]],
    ["revoked, uploaded", { status: "revoked", source: "uploaded" }, ["details", "download", "delete"]],
    [
      "revoked while its wish waits",
      { status: "revoked", source: "issued", isPending: true },
      ["details", "download", "delete"],
    ],
  ];
  test.each(table)("%s", (_, standing, expected) => {
    expect(actionsOf({ isPending: false, hasIssuer: true, ...standing })).toEqual(expected);
  });

  test("each comes in the order in which it is offered, and details always", () => {
    for (const standing of all) {
      const actions = actionsOf(standing);
      expect(CERTIFICATE_ACTIONS.filter((action) => actions.includes(action))).toEqual(actions);
      expect(actions[0]).toBe("details");
    }
  });

  test("revoking is offered exactly where it is not refused and not under way", () => {
    for (const standing of all) {
      const isOffered = actionsOf(standing).includes("revoke");
      expect(isOffered, JSON.stringify(standing)).toBe(revocationRefusal(standing) === null && !standing.isPending);
    }
  });

  test("what is revoked, or soon will be, is downloaded behind a warning alone", () => {
    const warned = all.filter(warnsOnDownload);
    expect(warned.every(({ status, isPending }) => status === "revoked" || isPending)).toBe(true);
    expect(warnsOnDownload({ status: "valid", isPending: false })).toBe(false);
    expect(warnsOnDownload({ status: "expired", isPending: false })).toBe(false);
  });
});

describe("after an attempt that failed", () => {
  const now = new Date("2026-11-22T12:00:00.000Z");
  const minutes = (setback: Parameters<typeof nextAttemptAt>[0], attempts: number) => {
    const at = nextAttemptAt(setback, attempts, now);
    return at === null ? null : (at.getTime() - now.getTime()) / 60_000;
  };

  test.each([
    ["rejected", [null, null, null]],
    ["credentials", [360, 360, 360]],
    ["blocked", [360, 360, 360]],
    ["unreachable", [1, 5, 360]],
    ["throttled", [1, 5, 360]],
  ] as const)("by itself, when it was %s", (kind, expected) => {
    expect([1, 2, 20].map((attempts) => minutes({ kind, retryAfterMs: null }, attempts))).toEqual(expected);
  });

  test("a CA that asks to be left alone for longer is, and for a day at the most", () => {
    expect(minutes({ kind: "throttled", retryAfterMs: 600_000 }, 1)).toBe(10);
    expect(minutes({ kind: "throttled", retryAfterMs: 30_000 }, 1)).toBe(1);
    expect(minutes({ kind: "throttled", retryAfterMs: 10 * 86_400_000 }, 1)).toBe(1_440);
  });

  test("no attempt lasts as long as the lease", () => {
    expect(Math.max(ASKED_PATIENCE_MS, ATTEMPT_TIMEOUT_MS)).toBeLessThan(LEASE_MS);
  });
});
