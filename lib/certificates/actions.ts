"use server";

import { addFile } from "@/lib/certificates/commands";
import { type FileOutcome, uploadForm } from "@/lib/certificates/schema";
import { action } from "@/lib/http/action";

/** Adds the certificates of a batch of files; one bad file never stops the others. */
export const uploadCertificates = action(
  { can: "certificates:upload", input: uploadForm },
  async ({ scope, input, now }): Promise<FileOutcome[]> => {
    const outcomes: FileOutcome[] = [];
    for (const file of input.files) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      outcomes.push(await addFile(scope, { file: { name: file.name, bytes }, givenName: input.name, now }));
    }
    return outcomes;
  },
);
