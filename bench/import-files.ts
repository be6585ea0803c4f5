import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type GeneratedCertificate, generateCertificate } from "@/lib/certificates/generate";
import { formatPem } from "@/lib/certificates/pem";
import { DAY_MS } from "@/lib/certificates/rules";

/** A file of PEM, as text: it goes from process to process. */
export type MadeFile = { name: string; text: string };
export type BenchFile = { name: string; bytes: Uint8Array };

/** Stands in every template where a certificate has its own number. */
const NUMBER = "00000000";
const TEMPLATES = 24;
/** Every so many files one comes with its issuer, freshly signed, as a server's chain does. */
const CHAIN_EVERY = 10;
/** Version 3 and the beginning of a serial number of 16 octets. */
const BEFORE_SERIAL = Buffer.from("a0030201020210", "hex");

/**
 * Makes files as people upload them, one certificate each, none twice: RSA and EC keys, 1 to 12 names, 1 to 2 kB of PEM,
 * every tenth with its chain. All but those are copies of some real ones with another serial number and other names, so
 * their signatures are wrong, which nothing looks at: a certificate without its issuer cannot be verified.
 */
export async function prepareFiles(now: Date): Promise<(number: number) => Promise<MadeFile>> {
  const issuer = await generateCertificate({
    subjectCommonName: "Example Issuing CA 3",
    organisation: "Example Inc.",
    isCa: true,
    notBefore: daysFrom(now, -1_000),
    notAfter: daysFrom(now, 2_000),
    keyAlgorithm: "RSA 2048",
  });
  const templates: Buffer[] = [];
  for (let index = 0; index < TEMPLATES; index += 1) {
    const made = await makeLeaf({ index, number: NUMBER, issuer, now });
    templates.push(made.der);
  }
  return async (number) => {
    const digits = String(number).padStart(NUMBER.length, "0");
    const name = `certificate-${digits}.pem`;
    if (number % CHAIN_EVERY === 0) {
      // EC keys only: they are made in no time.
      const { pem } = await makeLeaf({ index: number - (number % 2), number: digits, issuer, now });
      return { name, text: `${pem}\n${issuer.pem}\n` };
    }
    const template = templates[number % TEMPLATES];
    if (template === undefined) throw new Error("there are no templates");
    return { name, text: `${formatPem(renumber(template, digits))}\n` };
  };
}

type Leaf = { index: number; number: string; issuer: GeneratedCertificate; now: Date };

function makeLeaf({ index, number, issuer, now }: Leaf): Promise<GeneratedCertificate> {
  const host = `host-${number}.team-${index % 7}.example.test`;
  const others = Array.from({ length: index % 12 }, (_, other) => `alternative-${other}.${host}`);
  const notAfter = daysFrom(now, (index % TEMPLATES) * 30 - 200);
  return generateCertificate({
    subjectCommonName: host,
    organisation: "Example Inc.",
    dnsNames: [host, ...others],
    notBefore: new Date(notAfter.getTime() - 365 * DAY_MS),
    notAfter,
    issuer,
    keyAlgorithm: index % 2 === 0 ? "EC P-256" : "RSA 2048",
  });
}

/** The same certificate with another number of the same length in its names and its serial number. */
function renumber(template: Buffer, digits: string): Buffer {
  const copy = Buffer.from(template);
  for (let at = copy.indexOf(NUMBER); at >= 0; at = copy.indexOf(NUMBER, at)) at += copy.write(digits, at, "latin1");
  const serial = copy.indexOf(BEFORE_SERIAL) + BEFORE_SERIAL.length;
  copy.writeUInt32BE(Number(digits), serial + 12);
  return copy;
}

function daysFrom(now: Date, days: number): Date {
  return new Date(now.getTime() + days * DAY_MS);
}

const CORPUS = path.resolve(import.meta.dirname, "../../shared/corpus");

/** Certificates that nobody here made, where they are at hand. */
export function readCorpus(): BenchFile[] {
  if (!existsSync(CORPUS)) return [];
  return readdirSync(CORPUS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(pem|crt|cer|der)$/.test(entry.name))
    .map((entry) => ({ name: entry.name, bytes: readFileSync(path.join(entry.parentPath, entry.name)) }));
}
