import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { opensslIn } from "./openssl";

/** A certificate in files of its own. */
export type Made = { pem: string; file: string; keyFile: string };

export type LeafWish = {
  name: string;
  /** Lines of an extension section of openssl; the CA's own addresses when left out. */
  extensions?: string[];
  /** As openssl writes them: "20200101000000Z". */
  notBefore?: string;
  notAfter?: string;
};

export type AnswerWish = { signer?: Made; days?: number; digest?: string; by?: "name" | "key" };
export type ListWish = { days?: number; digest?: string; extensions?: string[] };

/** False where there is no openssl, which has been said then: tests judge nothing by it. */
export async function hasOpenssl(): Promise<boolean> {
  return (await opensslIn(os.tmpdir())) !== null;
}

/** A CA that the openssl command line runs in a folder of its own, as somebody else's would be. */
export class ForeignCa {
  readonly folder: string;
  readonly name: string;
  /** Where its certificates say that it answers. */
  readonly addresses: { ocsp?: string; crl?: string; issuer?: string };

  private constructor(folder: string, name: string, addresses: ForeignCa["addresses"]) {
    this.folder = folder;
    this.name = name;
    this.addresses = addresses;
  }

  static async make(name: string, addresses: ForeignCa["addresses"] = {}, key = EC_KEY): Promise<ForeignCa> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "foreign-ca-"));
    const ca = new ForeignCa(folder, name, addresses);
    await writeFile(ca.at("ca.cnf"), configOf(folder));
    await writeFile(ca.at("index.txt"), "");
    await writeFile(ca.at("index.txt.attr"), "unique_subject = no\n");
    await writeFile(ca.at("crlnumber"), "01\n");
    const subject = ["-subj", `/O=Foreign/CN=${name}`, "-days", "3650", "-config", ca.at("ca.cnf")];
    await ca.openssl([
      "req",
      "-x509",
      ...key,
      "-nodes",
      "-keyout",
      ca.at("ca.key"),
      "-out",
      ca.at("ca.pem"),
      ...subject,
    ]);
    return ca;
  }

  get pem(): Promise<string> {
    return readFile(this.at("ca.pem"), "utf8");
  }

  /** Signs by itself, as a responder that needs no appointment. */
  get self(): Made {
    return { pem: "", file: this.at("ca.pem"), keyFile: this.at("ca.key") };
  }

  async issue({ name, extensions, notBefore, notAfter }: LeafWish): Promise<Made> {
    const base = this.at(name.replace(/[^a-z0-9]/gi, "-"));
    const made = { file: `${base}.pem`, keyFile: `${base}.key` };
    await writeFile(`${base}.ext`, (extensions ?? this.addressLines(name)).join("\n"));
    const request = ["req", "-new", ...EC_KEY, "-nodes", "-keyout", made.keyFile, "-out", `${base}.csr`];
    await this.openssl([...request, "-subj", `/CN=${name}`, "-config", this.at("ca.cnf")]);
    const dates = [notBefore && ["-startdate", notBefore], notAfter && ["-enddate", notAfter]].flatMap(
      (one) => one || [],
    );
    const how = ["-config", this.at("ca.cnf"), "-batch", "-notext", "-extfile", `${base}.ext`, ...dates];
    await this.openssl(["ca", ...how, "-in", `${base}.csr`, "-out", made.file]);
    return { ...made, pem: await readFile(made.file, "utf8") };
  }

  /** A responder that the CA appoints, unless told otherwise. */
  appoint(wish: Partial<LeafWish> = {}): Promise<Made> {
    const extensions = ["basicConstraints=CA:FALSE", "extendedKeyUsage=OCSPSigning"];
    return this.issue({ name: "responder", extensions, ...wish });
  }

  async revoke(made: Made, reason = "keyCompromise"): Promise<void> {
    await this.openssl(["ca", "-config", this.at("ca.cnf"), "-revoke", made.file, "-crl_reason", reason]);
  }

  /** A revocation list as DER. */
  async list({ days = 7, digest = "sha256", extensions = [] }: ListWish = {}): Promise<Buffer> {
    await writeFile(this.at("ca.cnf"), configOf(this.folder, extensions));
    const how = ["-config", this.at("ca.cnf"), "-crldays", String(days), "-md", digest];
    await this.openssl(["ca", ...how, "-gencrl", "-out", this.at("list.pem")]);
    await this.openssl(["crl", "-in", this.at("list.pem"), "-outform", "DER", "-out", this.at("list.der")]);
    return readFile(this.at("list.der"));
  }

  /** What openssl as a responder answers to a request in DER. */
  async answer(request: Uint8Array, wish: AnswerWish = {}): Promise<Buffer> {
    const { signer = this.self, days, digest = "sha256", by = "name" } = wish;
    await writeFile(this.at("request.der"), request);
    const who = [
      "-index",
      this.at("index.txt"),
      "-CA",
      this.at("ca.pem"),
      "-rsigner",
      signer.file,
      "-rkey",
      signer.keyFile,
    ];
    const how = [
      "-rmd",
      digest,
      ...(days === undefined ? [] : ["-ndays", String(days)]),
      ...(by === "key" ? ["-resp_key_id"] : []),
    ];
    const what = ["-reqin", this.at("request.der"), "-respout", this.at("answer.der")];
    await this.openssl(["ocsp", ...who, ...how, ...what]);
    return readFile(this.at("answer.der"));
  }

  /** A request as openssl makes it, whose certificate may be named by another hash. */
  async request(made: Made, digest = "sha256"): Promise<Buffer> {
    const what = ["-issuer", this.at("ca.pem"), `-${digest}`, "-cert", made.file];
    await this.openssl(["ocsp", ...what, "-no_nonce", "-reqout", this.at("asked.der")]);
    return readFile(this.at("asked.der"));
  }

  /** The CA's certificate as DER. */
  async der(): Promise<Buffer> {
    await this.openssl(["x509", "-in", this.at("ca.pem"), "-outform", "DER", "-out", this.at("ca.der")]);
    return readFile(this.at("ca.der"));
  }

  async openssl(args: string[]): Promise<void> {
    const run = await opensslIn(this.folder);
    const { code, text } = (await run?.(...args)) ?? { code: null, text: "there is no openssl" };
    if (code !== 0) throw new Error(`openssl ${args[0]} failed: ${text}`);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  at(file: string): string {
    return path.join(this.folder, file);
  }

  private addressLines(name: string): string[] {
    const { ocsp, crl, issuer } = this.addresses;
    const access = [ocsp && `OCSP;URI:${ocsp}`, issuer && `caIssuers;URI:${issuer}`].filter(Boolean);
    return [
      ...["basicConstraints=CA:FALSE", `subjectAltName=DNS:${name}`, "authorityKeyIdentifier=keyid"],
      ...(access.length > 0 ? [`authorityInfoAccess=${access.join(",")}`] : []),
      ...(crl === undefined ? [] : [`crlDistributionPoints=URI:${crl}`]),
    ];
  }
}

const EC_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

function configOf(folder: string, listExtensions: string[] = []): string {
  return `
[req]
distinguished_name = name
x509_extensions = authority
[name]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[ca]
default_ca = own
[own]
database = ${folder}/index.txt
crlnumber = ${folder}/crlnumber
new_certs_dir = ${folder}
certificate = ${folder}/ca.pem
private_key = ${folder}/ca.key
rand_serial = yes
default_md = sha256
default_days = 365
policy = any
crl_extensions = list
[any]
commonName = supplied
[list]
authorityKeyIdentifier = keyid
${listExtensions.join("\n")}
`;
}
