"use client";

import { useQuery } from "@tanstack/react-query";
import { brakeSentence, certificatesText, removableOf, skippedByReason } from "@/components/cleanup/figures";
import { classNames } from "@/components/ui/class-names";
import { type EffectValues, effectQuery } from "@/lib/cleanup/query-options";
import type { EffectView } from "@/lib/cleanup/schema";

type EffectSentenceProps = { values: EffectValues | null; isEnabled: boolean; since: string | null };

/** What the next night's run would do with the values in the form, saved or not. */
export function EffectSentence({ values, isEnabled, since }: EffectSentenceProps) {
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
    return <Counted effect={effect.data} isEnabled={isEnabled} />;
  }
}

function Counted({ effect, isEnabled }: { effect: EffectView; isEnabled: boolean }) {
  const { held } = effect;
  return (
    <>
      {isEnabled ? "With these values, " : "With these values the cleanup is off. If it were on, "}
      <strong className="font-semibold">{certificatesText(removableOf(effect))}</strong> would be removed tonight and{" "}
      {skippedByReason(effect)}.{held === null ? null : ` ${brakeSentence(held)}`}
    </>
  );
}
