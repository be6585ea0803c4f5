import { readEffect } from "@/lib/cleanup/queries";
import { upcomingSlot } from "@/lib/cleanup/rules";
import { effectInput } from "@/lib/cleanup/schema";
import { route } from "@/lib/http/route";

export const GET = route({ can: "cleanup:manage", input: effectInput }, ({ scope, input, now }) => {
  const { dailyAtMinute, ...values } = input;
  return readEffect(scope, { ...values, at: dailyAtMinute === undefined ? now : upcomingSlot(dailyAtMinute, now) });
});
