import "server-only";
import { and, eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { deployments } from "@/drizzle/schema/use";
import type { Scope } from "@/lib/auth/scope";
import type { CertificateGroup } from "@/lib/certificates/chain";
import { type Imported, importCertificates } from "@/lib/certificates/import";
import { readCertificateFile } from "@/lib/certificates/parse-file";
import { addServingEndpoint, watchedColumns } from "@/lib/deployments/endpoints";
import type { KnownDeployment } from "@/lib/deployments/schema";
import { AppError } from "@/lib/errors";

const END = "-----END CERTIFICATE-----";

/**
 * Adds the certificate that an endpoint was seen to serve instead of another one, as an uploaded one that is deployed
 * there. Throws AppError "not_found" when the endpoint has none, "invalid_input" when what it served cannot be kept.
 */
export async function addServed(scope: Scope, known: KnownDeployment, now: Date): Promise<Imported> {
  const [seen] = await database()
    .select({ ...watchedColumns, servedChain: deployments.servedChain })
    .from(deployments)
    .where(
      and(
        eq(deployments.accountId, scope.accountId),
        eq(deployments.id, known.deploymentId),
        eq(deployments.certificateId, known.certificateId),
        eq(deployments.state, "moved_on"),
      ),
    );
  if (seen === undefined || seen.servedChain === null)
    throw new AppError("not_found", "This endpoint does not serve another certificate any more. Reload the page.");
  const group = readServed(seen.servedChain);
  const incoming = { group, givenName: null, source: "uploaded" as const, isSample: false };
  const [imported] = await importCertificates(scope, [incoming], now);
  if (imported === undefined) throw new Error("An import of one certificate answered with none");
  await addServingEndpoint(scope, { certificateId: imported.id, target: seen, service: seen.service, now });
  return imported;
}

/**
 * Reads a chain that was served, as PEM with the leaf first; of a chain that cannot be read whole the leaf alone. Throws
 * AppError "invalid_input" when the leaf cannot be read either.
 */
export function readServed(chain: string): CertificateGroup {
  const leaf = chain.slice(0, chain.indexOf(END) + END.length);
  const [whole, alone] = [chain, leaf].map((text) => readCertificateFile(Buffer.from(text)));
  const best = whole?.kind === "certificates" ? whole : alone;
  const group = best?.kind === "certificates" ? best.groups[0] : undefined;
  if (group !== undefined) return group;
  const why = best?.kind === "refused" ? ` ${best.sentence}` : "";
  throw new AppError("invalid_input", `What this endpoint serves cannot be added.${why}`);
}
