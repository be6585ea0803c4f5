import { type CopyHandling, formatDailyAt, isAllowed, parseDailyAt, SETTING_SENTENCES } from "@/lib/cleanup/rules";
import type { SettingsInput, SettingsView } from "@/lib/cleanup/schema";

/** The form's values as they are typed. */
export type Draft = {
  enabled: boolean;
  retentionDays: string;
  skipSynced: boolean;
  copies: CopyHandling;
  dailyAt: string;
  brakePercent: string;
};

/** What was changed and not saved yet, with the save that it began from. */
export type Edits = { seenUpdatedAt: string | null; values: Partial<Draft> };

export function draftOf(settings: SettingsView): Draft {
  const { enabled, skipSynced, copies } = settings;
  return {
    enabled,
    skipSynced,
    copies,
    retentionDays: String(settings.retentionDays),
    dailyAt: formatDailyAt(settings.dailyAtMinute),
    brakePercent: String(settings.brakePercent),
  };
}

/** True when an edit differs from what is saved. */
export function isDirty(settings: SettingsView, edits: Edits | null): boolean {
  const saved = draftOf(settings);
  const changed = { ...saved, ...edits?.values };
  return (
    changed.enabled !== saved.enabled ||
    changed.skipSynced !== saved.skipSynced ||
    changed.copies !== saved.copies ||
    changed.retentionDays !== saved.retentionDays ||
    changed.dailyAt !== saved.dailyAt ||
    changed.brakePercent !== saved.brakePercent
  );
}

export type FieldErrors = { retentionDays?: string; dailyAtMinute?: string; brakePercent?: string };

/** The draft as the action takes it, or a sentence for each field that is not right. */
export function parseDraft(
  draft: Draft,
  seenUpdatedAt: string | null,
): { input: SettingsInput; errors: FieldErrors } | { input: null; errors: FieldErrors } {
  const { enabled, skipSynced, copies } = draft;
  const retentionDays = numberOf(draft.retentionDays);
  const dailyAtMinute = parseDailyAt(draft.dailyAt);
  const brakePercent = numberOf(draft.brakePercent);
  const errors: FieldErrors = {};
  if (!isAllowed("retentionDays", retentionDays)) errors.retentionDays = SETTING_SENTENCES.retentionDays;
  if (dailyAtMinute === null) errors.dailyAtMinute = SETTING_SENTENCES.dailyAtMinute;
  if (!isAllowed("brakePercent", brakePercent)) errors.brakePercent = SETTING_SENTENCES.brakePercent;
  const isWhole = isAllowed("retentionDays", retentionDays) && isAllowed("brakePercent", brakePercent);
  if (!isWhole || dailyAtMinute === null) return { input: null, errors };
  return { input: { enabled, retentionDays, skipSynced, copies, dailyAtMinute, brakePercent, seenUpdatedAt }, errors };
}

/** An empty field is no number, and Number("") would make it 0. */
function numberOf(text: string): number | null {
  return text.trim() === "" ? null : Number(text);
}
