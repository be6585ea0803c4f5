"use server";

import { addFiles } from "@/lib/certificates/commands";
import { addPrivateKey } from "@/lib/certificates/create";
import { type FileOutcome, privateKeyInput, uploadForm } from "@/lib/certificates/schema";
import { AppError } from "@/lib/errors";
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

/** Keeps the private key of a certificate that is in the inventory already. */
export const addCertificateKey = action(
  { can: "certificates:upload", input: privateKeyInput },
  async ({ scope, input, now }) => {
    const outcome = await addPrivateKey(scope, input, now);
    switch (outcome.kind) {
      case "added":
      case "already":
        return { kind: outcome.kind };
      case "refused":
        throw new AppError("invalid_input", outcome.sentence);
      case "unknown":
        throw new AppError("not_found", "There is no such certificate any more. Reload the page.");
    }
  },
);
