import type { IssuerChoice } from "@/lib/issuers/schema";

/** Days that are offered where the issuer allows them: as long as public CAs give. */
const USUAL_DAYS = 90;

/** What stands in the field at first. */
export function startDays({ maxDays }: IssuerChoice): string {
  return String(Math.min(USUAL_DAYS, maxDays ?? USUAL_DAYS));
}
