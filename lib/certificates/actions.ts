"use server";

import { addFiles } from "@/lib/certificates/commands";
import { type FileOutcome, uploadForm } from "@/lib/certificates/schema";
import { action } from "@/lib/http/action";

/** Adds the certificates and private keys of a batch of files; one bad file never stops the others. */
export const uploadCertificates = action(
  { can: "certificates:upload", input: uploadForm },
  async ({ scope, input, now }): Promise<FileOutcome[]> => {
    const files = await Promise.all(
      input.files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
    );
    return await addFiles(scope, { files, givenName: input.name, password: input.password, now });
  },
);
