import { expect, test } from "vitest";
import { isMovingSync } from "@/lib/syncs/rules";

const now = new Date("2026-11-23T12:00:00Z");
const later = new Date("2026-11-24T11:00:00Z");
const still = {
  enabled: true,
  isBusy: false,
  state: "active",
  error: null,
  nextAttemptAt: null,
  nextCheckAt: later,
} as const;
const wished = { ...still, nextAttemptAt: now, nextCheckAt: null };

test.for([
  ["one that rests", still, false],
  ["one that somebody works at", { ...still, isBusy: true }, true],
  ["one whose first look follows its push", { ...still, nextCheckAt: now }, true],
  [
    "one that is to be looked at now, though the last look went wrong",
    { ...still, error: "No.", nextCheckAt: now },
    true,
  ],
  ["one that is switched off", { ...still, enabled: false, nextCheckAt: now }, false],
  ["one that waits for its push", { ...wished, state: "pending" }, true],
  ["one that waits for its removal", { ...wished, state: "removing" }, true],
  ["one whose removal went wrong", { ...wished, state: "removing", error: "It is in use." }, false],
  ["one whose push went wrong", { ...wished, state: "failed", error: "No.", nextAttemptAt: later }, false],
  ["one that is gone", { ...still, state: "removed", nextCheckAt: null }, false],
] as const)("a sync that moves by itself is told: %s", ([, sync, moves]) => {
  expect(isMovingSync(sync, now)).toBe(moves);
});
