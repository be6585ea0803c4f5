import "server-only";
import type { Scope } from "@/lib/auth/scope";
import { importCertificates } from "@/lib/certificates/import";
import { readCertificateFile } from "@/lib/certificates/parse-file";
import type { FileOutcome } from "@/lib/certificates/schema";

type UploadedFile = { name: string; bytes: Uint8Array };

/**
 * Reads one file and adds what is in it: the whole file or nothing of it. A given name suits one certificate only; a
 * file with more is refused then.
 */
export async function addFile(
  scope: Scope,
  upload: { file: UploadedFile; givenName: string | null; now: Date },
): Promise<FileOutcome> {
  const { file, givenName, now } = upload;
  const reading = readCertificateFile(file.bytes);
  if (reading.kind === "refused") return { file: file.name, kind: "refused", sentence: reading.sentence };
  const { groups } = reading;
  if (givenName !== null && groups.length > 1) {
    const sentence = `There are ${groups.length} certificates in it, and a name can be given to one only. Leave Name empty to name each by its common name.`;
    return { file: file.name, kind: "refused", sentence };
  }
  const incoming = groups.map((group) => ({ group, givenName, source: "uploaded" as const, isSample: false }));
  return { file: file.name, kind: "read", certificates: await importCertificates(scope, incoming, now) };
}
