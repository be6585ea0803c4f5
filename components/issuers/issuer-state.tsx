import { Tag } from "@/components/ui/tag";
import type { IssuerView } from "@/lib/issuers/schema";

/** Whether an issuer issues. */
export function IssuerStateTag({ issuer, now }: { issuer: IssuerView; now: Date }) {
  if (issuer.retiredAt !== null) return <Tag>Retired</Tag>;
  if (issuer.caNotAfter !== null && issuer.caNotAfter < now) return <Tag tone="bad">Expired</Tag>;
  return <Tag tone="good">In use</Tag>;
}
