import { expect, test } from "vitest";
import { draftOf, isDirty, parseDraft } from "@/components/cleanup/draft";
import { skippedByReason } from "@/components/cleanup/figures";

const saved = {
  enabled: false,
  retentionDays: 30,
  skipSynced: true,
  copies: "leave" as const,
  dailyAtMinute: 120,
  brakePercent: 50,
  updatedAt: null,
};

test("a form that was changed and changed back has nothing to save", () => {
  expect(isDirty(saved, null)).toBe(false);
  expect(isDirty(saved, { seenUpdatedAt: null, values: { retentionDays: "7" } })).toBe(true);
  expect(isDirty(saved, { seenUpdatedAt: null, values: { retentionDays: "30", dailyAt: "02:00" } })).toBe(false);
});

test.each(["", " ", "0", "31", "7.5", "1e10", "-3"])("%j days get a sentence beside the field", (retentionDays) => {
  const parsed = parseDraft({ ...draftOf(saved), retentionDays }, null);
  expect(parsed).toEqual({ input: null, errors: { retentionDays: "Enter a whole number from 1 to 30." } });
});

test("an unfinished time gets a sentence beside the field", () => {
  expect(parseDraft({ ...draftOf(saved), dailyAt: "" }, null).errors.dailyAtMinute).toMatch(/^Enter a time of the day/);
});

test("a draft becomes what the action takes", () => {
  const draft = { ...draftOf(saved), enabled: true, retentionDays: "7", dailyAt: "23:59" };
  expect(parseDraft(draft, "2026-11-22T12:00:00.000Z").input).toEqual({
    ...{ enabled: true, retentionDays: 7, skipSynced: true, copies: "leave", dailyAtMinute: 1439, brakePercent: 50 },
    seenUpdatedAt: "2026-11-22T12:00:00.000Z",
  });
});

const exact = (count: number) => ({ count, isCapped: false });

test.each([
  [exact(0), exact(0), "none skipped"],
  [exact(18), exact(11), "29 skipped: 18 deployed, 11 synced"],
  [exact(1), exact(0), "1 skipped: 1 deployed"],
  [{ count: 10_000, isCapped: true }, exact(11), "10,011+ skipped: 10,000+ deployed, 11 synced"],
])("skipped ones are told by reason", (skippedDeployed, skippedSynced, expected) => {
  expect(skippedByReason({ skippedDeployed, skippedSynced })).toBe(expected);
});
