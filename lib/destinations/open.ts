import "server-only";
import { and, eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { destinations } from "@/drizzle/schema/use";
import type { Scope } from "@/lib/auth/scope";
import type { Destination } from "@/lib/destinations/adapter";
import { openCredentials } from "@/lib/destinations/credentials";
import { openDestination } from "@/lib/destinations/kinds";
import { DESTINATION_KIND_LABELS } from "@/lib/destinations/rules";
import { AppError } from "@/lib/errors";

/**
 * A destination of the account, ready to be talked to: what it is called, and the name under which it reports what uses
 * a copy there.
 * @throws AppError when there is none, only its name is known, or its credentials cannot be decrypted
 */
export async function openSavedDestination(
  scope: Scope,
  destinationId: string,
): Promise<{ name: string; reporter: string; destination: Destination }> {
  const [row] = await database()
    .select({
      name: destinations.name,
      kind: destinations.kind,
      settings: destinations.settings,
      credentialsBox: destinations.credentialsBox,
      credentialsKeyId: destinations.credentialsKeyId,
    })
    .from(destinations)
    .where(and(eq(destinations.accountId, scope.accountId), eq(destinations.id, destinationId)));
  if (row === undefined) throw new AppError("not_found", "There is no such destination. Reload the page.");
  const { name, kind, settings, ...sealed } = row;
  if (kind === null || settings === null) {
    throw new AppError("conflict", `Certsweep knows no more of ${name} than its name, so it cannot reach it.`);
  }
  const credentials = openCredentials(destinationId, sealed);
  return {
    name,
    reporter: DESTINATION_KIND_LABELS[kind],
    destination: openDestination({ kind, settings, credentials }),
  };
}
