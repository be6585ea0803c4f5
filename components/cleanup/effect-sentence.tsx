"use client";

import { useQuery } from "@tanstack/react-query";
import { brakeSentence, certificatesText, removableOf, skippedByReason } from "@/components/cleanup/figures";
import { classNames } from "@/components/ui/class-names";
import { type EffectValues, effectQuery } from "@/lib/cleanup/query-options";
import type { CopyHandling } from "@/lib/cleanup/rules";
import type { EffectView } from "@/lib/cleanup/schema";

type EffectSentenceProps = {
  values: EffectValues | null;
  isEnabled: boolean;
  /** What becomes of copies; null while synced certificates are skipped. */
  copies: CopyHandling | null;
  since: string | null;
};

const COPIES: Record<CopyHandling, string> = {
  leave: "Synced ones are among them; their copies stay at the destinations.",
  remove: "Synced ones are among them; one whose copy cannot be removed stays.",
};

/** What the next night's run would do with the values in the form, saved or not. */
export function EffectSentence({ values, isEnabled, copies, since }: EffectSentenceProps) {
  const effect = useQuery(effectQuery(values, since));
  return (
    <p role="status" className={classNames("min-h-5", values !== null && effect.isPlaceholderData && "opacity-75")}>
      {sentence()}
    </p>
  );

  function sentence() {
    if (values === null) return "Correct the values above to see what they would do.";
    if (effect.error) return `What these values would do is not known right now. ${effect.error.message}`;
    if (effect.data === undefined) return "Counting what these values would do…";
    return <Counted effect={effect.data} isEnabled={isEnabled} copies={copies} />;
  }
}

type CountedProps = Pick<EffectSentenceProps, "isEnabled" | "copies"> & { effect: EffectView };

function Counted({ effect, isEnabled, copies }: CountedProps) {
  const { held } = effect;
  return (
    <>
      {isEnabled ? "With these values, " : "With these values the cleanup is off. If it were on, "}
      <strong className="font-semibold">{certificatesText(removableOf(effect))}</strong> would be removed tonight and{" "}
      {skippedByReason(effect)}.{copies === null ? null : ` ${COPIES[copies]}`}
      {held === null ? null : ` ${brakeSentence(held)}`}
    </>
  );
}
