import { checkOf } from "@/components/certificates/deletion-checks";
import type { Looking } from "@/components/certificates/use-deletion-check";
import type { Check } from "@/components/ui/check-list";
import { listNames } from "@/lib/removal/rules";

/** What a screen reader says before what uses the certificate, and before what does not. */
export const USE_WORDS = { passed: "Does not use it: ", failed: "Uses it: " };

/** What uses a certificate that is to be revoked, as it was looked at just now, and what will keep a copy of it. */
export function revocationUses(looking: Looking, syncedTo: { names: string[]; total: number }): Check[] {
  return [...deploymentUses(looking), ...syncUses(syncedTo)];
}

function deploymentUses({ check, pendingBefore, isGoing, problem }: Looking): Check[] {
  if (problem !== null) return [];
  if (check === undefined && isGoing) return [{ key: "uses", passed: null, text: "Asking what uses it…" }];
  const uses = check?.uses.map((use) => checkOf(use, { at: new Date(check.at), pendingBefore })) ?? [];
  const rest = (check?.total ?? 0) - uses.length;
  if (uses.length === 0) return [{ key: "none", passed: true, text: "No service is known to use it" }];
  return rest > 0 ? [...uses, { key: "more", passed: false, text: `And ${rest.toLocaleString("en")} more` }] : uses;
}

function syncUses({ names, total }: { names: string[]; total: number }): Check[] {
  if (total === 0) return [];
  const text = `Synced to ${listNames(names, total)}: what uses the copy there uses a revoked certificate from then on`;
  return [{ key: "synced", passed: false, text }];
}
