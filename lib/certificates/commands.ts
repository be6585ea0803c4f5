import "server-only";
import type { Scope } from "@/lib/auth/scope";
import { type Incoming, importCertificates } from "@/lib/certificates/import";
import { readCertificateFile } from "@/lib/certificates/parse-file";
import type { FileOutcome } from "@/lib/certificates/schema";

type UploadedFile = { name: string; bytes: Uint8Array };

type Reading = { file: string; incoming: Incoming[] } | Extract<FileOutcome, { kind: "refused" }>;

/**
 * Reads files and adds what is in them; each file whole or not at all, and none because of another. A given name suits
 * one certificate only; a file with more is refused then.
 */
export async function addFiles(
  scope: Scope,
  upload: { files: UploadedFile[]; givenName: string | null; now: Date },
): Promise<FileOutcome[]> {
  const readings = upload.files.map((file) => readFile(file, upload.givenName));
  const incoming = readings.flatMap((reading) => ("incoming" in reading ? reading.incoming : []));
  // One statement for all of them; the outcomes come back in the order of what went in.
  const imported = await importCertificates(scope, incoming, upload.now);
  let taken = 0;
  return readings.map((reading) => {
    if (!("incoming" in reading)) return reading;
    const certificates = imported.slice(taken, taken + reading.incoming.length);
    taken += reading.incoming.length;
    return { file: reading.file, kind: "read", certificates };
  });
}

function readFile(file: UploadedFile, givenName: string | null): Reading {
  const reading = readCertificateFile(file.bytes);
  if (reading.kind === "refused") return { file: file.name, kind: "refused", sentence: reading.sentence };
  const { groups } = reading;
  if (givenName !== null && groups.length > 1) {
    const sentence = `There are ${groups.length} certificates in it, and a name can be given to one only. Leave Name empty to name each by its common name.`;
    return { file: file.name, kind: "refused", sentence };
  }
  return {
    file: file.name,
    incoming: groups.map((group) => ({ group, givenName, source: "uploaded", isSample: false })),
  };
}
