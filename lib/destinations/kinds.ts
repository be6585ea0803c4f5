import "server-only";
import { acm } from "@/lib/destinations/acm";
import type { Destination, Surroundings } from "@/lib/destinations/adapter";
import { cloudflare } from "@/lib/destinations/cloudflare";
import { files } from "@/lib/destinations/files";
import type { Kind } from "@/lib/destinations/guard";
import { keyVault } from "@/lib/destinations/key-vault";
import { kubernetes } from "@/lib/destinations/kubernetes";
import type { DestinationKind } from "@/lib/destinations/rules";
import { env } from "@/lib/env";

/** A row a kind: what its form may hold, and how it is spoken to. `settings` and `credentials` have the fields' names. */
export const KINDS: Record<DestinationKind, Kind> = {
  acm,
  key_vault: keyVault,
  kubernetes,
  cloudflare,
  files,
};

/**
 * Opens a destination; nothing is connected to before the first call.
 * @throws DestinationError "rejected" where its settings cannot be used
 */
export function openDestination(
  { kind, settings, credentials }: { kind: DestinationKind; settings: unknown; credentials: unknown },
  surroundings: Surroundings = ownSurroundings(),
): Destination {
  return KINDS[kind].open(settings, credentials, surroundings);
}

function ownSurroundings(): Surroundings {
  return { networks: env().CERTSWEEP_PROBE_NETWORKS, filesRoot: env().CERTSWEEP_FILES_ROOT ?? null };
}
