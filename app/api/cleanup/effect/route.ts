import { foreseenAt, readEffect } from "@/lib/cleanup/preview";
import { upcomingSlot } from "@/lib/cleanup/rules";
import { effectInput } from "@/lib/cleanup/schema";
import { route } from "@/lib/http/route";

export const GET = route({ can: "cleanup:manage", input: effectInput }, ({ scope, input, now }) => {
  const { dailyAtMinute, brakePercent, ...values } = input;
  const at = dailyAtMinute === undefined ? now : upcomingSlot(dailyAtMinute, now);
  return readEffect(scope, { ...foreseenAt({ ...values, at }), brakePercent });
});
