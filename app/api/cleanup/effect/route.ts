import { readEffect } from "@/lib/cleanup/queries";
import { upcomingSlot } from "@/lib/cleanup/rules";
import { effectInput } from "@/lib/cleanup/schema";
import { route } from "@/lib/http/route";

export const GET = route({ can: "cleanup:manage", input: effectInput }, ({ scope, input, now }) =>
  readEffect(scope, { ...input, at: upcomingSlot(input.dailyAtMinute, now) }),
);
