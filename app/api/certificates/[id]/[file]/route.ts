import { z } from "zod";
import { readCertificateFile } from "@/lib/certificates/detail";
import { readPem } from "@/lib/certificates/pem";
import { AppError } from "@/lib/errors";
import { attachment, fileNameOf } from "@/lib/http/attachment";
import { route } from "@/lib/http/route";

const PEM_TYPE = "application/pem-certificate-chain";

const input = z.object({
  id: z.uuid().nullable().catch(null),
  file: z.enum(["pem", "der", "chain"]).nullable().catch(null),
});

export const GET = route({ can: "certificates:read", input }, async ({ input: { id, file }, scope }) => {
  const certificate = id === null || file === null ? null : await readCertificateFile(scope, id);
  if (certificate === null || file === null) throw new AppError("not_found", "There is no such certificate.");
  const { pem, chainPems } = certificate;
  switch (file) {
    case "pem":
      return attachment(linesOf([pem]), { fileName: fileNameOf(certificate, ".pem"), contentType: PEM_TYPE });
    case "chain":
      return attachment(linesOf([pem, ...chainPems]), {
        fileName: fileNameOf(certificate, "-chain.pem"),
        contentType: PEM_TYPE,
      });
    case "der":
      return attachment(derOf(pem), {
        fileName: fileNameOf(certificate, ".der"),
        contentType: "application/pkix-cert",
      });
  }
});

function linesOf(pems: string[]): string {
  return pems.map((pem) => `${pem.trimEnd()}\n`).join("");
}

function derOf(pem: string): Uint8Array<ArrayBuffer> {
  const reading = readPem(pem, 1);
  const block = reading.kind === "blocks" ? reading.blocks[0] : undefined;
  if (block === undefined) throw new Error("a stored certificate is not PEM");
  return new Uint8Array(block.octets);
}
