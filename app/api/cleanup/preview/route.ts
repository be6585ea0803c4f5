import { foreseenAt, listForeseen } from "@/lib/cleanup/preview";
import { upcomingSlot } from "@/lib/cleanup/rules";
import { type PreviewPage, previewInput } from "@/lib/cleanup/schema";
import { route } from "@/lib/http/route";
import { momentPlaceText } from "@/lib/paging/schema";

export const GET = route({ can: "cleanup:manage", input: previewInput }, async ({ scope, input, now }) => {
  const { outcome, dailyAtMinute, after = null, before = null, ...values } = input;
  const at = dailyAtMinute === undefined ? now : upcomingSlot(dailyAtMinute, now);
  const run = { ...foreseenAt({ ...values, at }), outcome };
  const { rows, previous, next } = await listForeseen(scope, run, { after, before });
  return {
    at: now.toISOString(),
    outcome,
    rows,
    previous: previous === null ? null : momentPlaceText(previous),
    next: next === null ? null : momentPlaceText(next),
  } satisfies PreviewPage;
});
