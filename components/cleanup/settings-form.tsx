"use client";

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { CopiesField } from "@/components/cleanup/copies-field";
import { type Draft, draftOf, type Edits, type FieldErrors, isDirty, parseDraft } from "@/components/cleanup/draft";
import { EffectSentence } from "@/components/cleanup/effect-sentence";
import { Preview } from "@/components/cleanup/preview";
import { useSettled } from "@/components/cleanup/use-settled";
import { Button } from "@/components/ui/button";
import { Card, CardActions, CardSection } from "@/components/ui/card";
import { LeaveGuard } from "@/components/ui/leave-guard";
import { Notice } from "@/components/ui/notice";
import { NumberField } from "@/components/ui/number-field";
import { Switch } from "@/components/ui/switch";
import { TextInput } from "@/components/ui/text-input";
import { useToast } from "@/components/ui/toasts";
import { saveSettingsMutation } from "@/lib/cleanup/query-options";
import {
  BRAKE_FREE,
  BRAKE_PERCENT_MAX,
  BRAKE_PERCENT_MIN,
  RETENTION_DAYS_MAX,
  RETENTION_DAYS_MIN,
} from "@/lib/cleanup/rules";
import type { SettingsView } from "@/lib/cleanup/schema";

type SettingsFormProps = {
  settings: SettingsView;
  /** When the next run is, in words, of the saved settings. */
  schedule: string;
  /** Changes when a run ends, so that the effect is counted anew. */
  since: string | null;
  edits: Edits | null;
  onEdit: (edits: Edits | null) => void;
};

const DAYS_FIELD = "cleanup-days";
const TIME_FIELD = "cleanup-time";
const SHARE_FIELD = "cleanup-share";

/** The settings, their effect, and one bar to save or discard them. */
export function SettingsForm({ settings, schedule, since, edits, onEdit }: SettingsFormProps) {
  const showToast = useToast();
  const save = useMutation(saveSettingsMutation);
  const [isSubmitted, setSubmitted] = useState(false);
  const [isPreviewing, setPreviewing] = useState(false);
  const draft = { ...draftOf(settings), ...edits?.values };
  const seenUpdatedAt = edits === null ? settings.updatedAt : edits.seenUpdatedAt;
  const dirty = isDirty(settings, edits);
  const { input, errors } = parseDraft(draft, seenUpdatedAt);
  const values = useSettled(effectValuesOf(input));

  const edit = (change: Partial<Draft>) => {
    save.reset();
    onEdit({ seenUpdatedAt, values: { ...edits?.values, ...change } });
  };
  const discard = () => {
    save.reset();
    setSubmitted(false);
    onEdit(null);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (input === null) {
      document.getElementById(firstWrong(errors))?.focus();
      return;
    }
    save.mutate(input, {
      onSuccess: () => {
        discard();
        showToast({ message: "Saved. The next run uses these values." });
      },
    });
  };

  const form = (
    <form onSubmit={submit} noValidate aria-label="Cleanup settings">
      <LeaveGuard
        active={dirty}
        title="Leave without saving?"
        description="Your changes to Certificate Cleanup are not saved. Leaving this page discards them."
        confirmLabel="Leave without saving"
      />
      <Card>
        <CardSection>
          <Switch
            label="Enable"
            hint={scheduleHint(settings, draft) ?? schedule}
            checked={draft.enabled}
            onChange={(event) => edit({ enabled: event.target.checked })}
          />
        </CardSection>
        <CardSection>
          <NumberField
            id={DAYS_FIELD}
            label="Days after expiration"
            hint={`Delete certificates this many days after they expire, ${RETENTION_DAYS_MIN} to ${RETENTION_DAYS_MAX}.`}
            min={RETENTION_DAYS_MIN}
            max={RETENTION_DAYS_MAX}
            value={draft.retentionDays}
            error={edits?.values.retentionDays === undefined && !isSubmitted ? undefined : errors.retentionDays}
            onChange={(event) => edit({ retentionDays: event.target.value })}
          />
        </CardSection>
        <CardSection>
          <Switch
            label="Skip certificates with active syncs"
            hint="Deleting a synced certificate can break what it is synced to."
            checked={draft.skipSynced}
            onChange={(event) => edit({ skipSynced: event.target.checked })}
          />
        </CardSection>
        {draft.skipSynced ? null : (
          <CardSection>
            <CopiesField value={draft.copies} onChange={(copies) => edit({ copies })} />
          </CardSection>
        )}
        <CardSection>
          <TextInput
            id={TIME_FIELD}
            type="time"
            label="Daily at (UTC)"
            hint="Once a day, at this minute."
            layout="row"
            className="w-32!"
            value={draft.dailyAt}
            error={edits?.values.dailyAt === undefined && !isSubmitted ? undefined : errors.dailyAtMinute}
            onChange={(event) => edit({ dailyAt: event.target.value })}
          />
        </CardSection>
        <CardSection>
          <NumberField
            id={SHARE_FIELD}
            label="Hold a run above (%)"
            hint={`A run that would remove more than this share of all certificates, and more than ${BRAKE_FREE}, waits for a product admin. ${BRAKE_PERCENT_MIN} to ${BRAKE_PERCENT_MAX}.`}
            min={BRAKE_PERCENT_MIN}
            max={BRAKE_PERCENT_MAX}
            value={draft.brakePercent}
            error={edits?.values.brakePercent === undefined && !isSubmitted ? undefined : errors.brakePercent}
            onChange={(event) => edit({ brakePercent: event.target.value })}
          />
        </CardSection>
        <CardSection tone="accent" className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
          <div className="min-w-0 flex-1 basis-64">
            <EffectSentence
              values={values}
              isEnabled={draft.enabled}
              copies={draft.skipSynced ? null : draft.copies}
              since={since}
            />
          </div>
          <Button aria-expanded={isPreviewing} onClick={() => setPreviewing(!isPreviewing)}>
            {isPreviewing ? "Hide the list" : "See the list"}
          </Button>
        </CardSection>
        <div role="alert" className="empty:hidden">
          {save.error ? (
            <CardSection>
              <Notice tone="danger" title="Not saved">
                {save.error.message}
              </Notice>
            </CardSection>
          ) : null}
        </div>
        <CardActions>
          <Button onClick={discard} explain={dirty ? undefined : "There are no changes to discard."}>
            Discard
          </Button>
          <Button
            type="submit"
            variant="primary"
            pending={save.isPending}
            pendingLabel="Saving…"
            explain={dirty ? undefined : "There are no changes to save."}
          >
            Save changes
          </Button>
        </CardActions>
      </Card>
    </form>
  );
  return (
    <>
      {form}
      {isPreviewing && values !== null ? <Preview values={values} since={since} /> : null}
    </>
  );
}

function firstWrong(errors: FieldErrors): string {
  if (errors.retentionDays) return DAYS_FIELD;
  return errors.dailyAtMinute ? TIME_FIELD : SHARE_FIELD;
}

function effectValuesOf(input: ReturnType<typeof parseDraft>["input"]) {
  if (input === null) return null;
  const { retentionDays, skipSynced, brakePercent, dailyAtMinute } = input;
  return { retentionDays, skipSynced, brakePercent, dailyAtMinute };
}

/** What saving would make of the schedule; null where it would change nothing. */
function scheduleHint(settings: SettingsView, draft: Draft): string | null {
  const saved = draftOf(settings);
  if (draft.enabled === saved.enabled && draft.dailyAt === saved.dailyAt) return null;
  if (!draft.enabled) return "Off once you save.";
  return draft.dailyAt === "" ? "Runs daily once you save." : `Runs daily at ${draft.dailyAt} UTC once you save.`;
}
