import { Buffer } from "node:buffer";
import { readPem } from "@/lib/certificates/pem";

/** The octets of the first PEM block of a text that is one of ours. */
export function derOf(pem: string): Buffer {
  const reading = readPem(pem, 10);
  const [block] = reading.kind === "blocks" ? reading.blocks : [];
  if (block === undefined) throw new Error("what was kept as PEM is none");
  return block.octets;
}

/** PEM with 64 columns and a final newline. */
export function pemText(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
