import "server-only";
import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import { Unreachable } from "@/lib/endpoints/problems";
import type { Protocol } from "@/lib/endpoints/rules";

/** Longer than any protocol here allows. */
const LINE_LIMIT = 4_096;
/** Lines before the one that is waited for: greetings and lists of what a server can do. */
const LINES_LIMIT = 100;

/**
 * Says the few words after which a server of this protocol begins TLS, over a fresh wire. What it says behind its
 * go-ahead would be taken for a part of what is encrypted, so it is refused.
 * @throws Unreachable when the server does not go ahead; what the wire ends with
 */
export async function askForTls(wire: Duplex, protocol: Exclude<Protocol, "tls">): Promise<void> {
  const hearing = hear(wire);
  await ASKING[protocol](wire, hearing);
  if (hearing.hasMore()) throw new Unreachable("It sent more between its go-ahead and the TLS handshake.");
}

type Hearing = ReturnType<typeof hear>;

const ASKING: Record<Exclude<Protocol, "tls">, (wire: Duplex, hearing: Hearing) => Promise<void>> = {
  /** RFC 3207. The name of this server is nobody's business; "invalid" is reserved for such (RFC 2606). */
  async smtp(wire, hearing) {
    expect(await smtpReply(hearing), "220", "SMTP");
    wire.write("EHLO certsweep.invalid\r\n");
    const able = await smtpReply(hearing);
    expect(able, "250", "SMTP");
    if (!able.texts.some((text) => /^STARTTLS\s*$/i.test(text))) throw notOffered("STARTTLS");
    wire.write("STARTTLS\r\n");
    const { code } = await smtpReply(hearing);
    if (code !== "220") throw new Unreachable(`It answered ${code} to STARTTLS.`);
  },
  /** RFC 3501 §6.2.1: lines with a star may come before the answer. */
  async imap(wire, hearing) {
    if (!/^\* OK\b/i.test(await hearing.line())) throw notSpoken("IMAP");
    wire.write("a1 STARTTLS\r\n");
    for (let lines = 0; lines < LINES_LIMIT; lines += 1) {
      const line = await hearing.line();
      if (/^a1 OK\b/i.test(line)) return;
      if (/^a1 /i.test(line)) throw notOffered("STARTTLS");
      if (!line.startsWith("* ")) break;
    }
    throw notSpoken("IMAP");
  },
  /** RFC 2595 §4. */
  async pop3(wire, hearing) {
    if (!/^\+OK\b/i.test(await hearing.line())) throw notSpoken("POP3");
    wire.write("STLS\r\n");
    const line = await hearing.line();
    if (/^\+OK\b/i.test(line)) return;
    throw line.startsWith("-ERR") ? notOffered("STLS") : notSpoken("POP3");
  },
  /** RFC 4511 §4.14: message 1, an extended request named 1.3.6.1.4.1.1466.20037. */
  async ldap(wire, hearing) {
    wire.write(Buffer.concat([Buffer.from("301d02010177188016", "hex"), Buffer.from("1.3.6.1.4.1.1466.20037")]));
    const head = await hearing.bytes(2);
    // The length in one octet, or how many octets of it follow (X.690 §8.1.3): Active Directory always takes four.
    const [tag, first = 0] = head;
    if (tag !== 0x30 || first === 0x80 || first > 0x84) throw notSpoken("LDAP");
    const length = first < 0x80 ? first : (await hearing.bytes(first - 0x80)).readUIntBE(0, first - 0x80);
    const answer = ldapAnswer(await hearing.bytes(length));
    if (answer === null) throw notSpoken("LDAP");
    if (answer !== 0) throw new Unreachable(`It answered with result ${answer} to StartTLS.`);
  },
  /** SSLRequest of PostgreSQL's protocol 3: one letter is answered. */
  async postgresql(wire, hearing) {
    wire.write(Buffer.from("0000000804d2162f", "hex"));
    const letter = (await hearing.bytes(1)).toString("latin1");
    if (letter === "N") throw notOffered("TLS");
    if (letter !== "S") throw notSpoken("PostgreSQL");
  },
};

/** The result code of an extended response to message 1; null when it is something else. */
function ldapAnswer(message: Buffer): number | null {
  // messageID 1, then [APPLICATION 24] with its length in one to four octets, then the ENUMERATED of one octet.
  const found = /^02010178(?:[0-7].|81..|82.{4}|83.{6}|84.{8})0a01(..)/.exec(message.toString("hex"));
  return found === null ? null : Number.parseInt(found[1] ?? "", 16);
}

async function smtpReply(hearing: Hearing): Promise<{ code: string; texts: string[] }> {
  const texts: string[] = [];
  for (let lines = 0; lines < LINES_LIMIT; lines += 1) {
    const [, code = "", more = "", text = ""] = /^([2-5]\d\d)(?:([ -])(.*))?$/.exec(await hearing.line()) ?? [];
    if (code === "") break;
    texts.push(text);
    if (more !== "-") return { code, texts };
  }
  throw notSpoken("SMTP");
}

function expect({ code }: { code: string }, wanted: string, protocol: string): void {
  if (code !== wanted) throw new Unreachable(`It answered ${code}, and does not go on in ${protocol}.`);
}

function notSpoken(protocol: string): Unreachable {
  return new Unreachable(`It does not speak ${protocol} on this port.`);
}

function notOffered(what: string): Unreachable {
  return new Unreachable(`It does not offer ${what}.`);
}

/** Listens to a wire piece by piece. */
function hear(wire: Duplex) {
  let held = Buffer.alloc(0);
  const more = async () => {
    held = Buffer.concat([held, await nextPiece(wire)]);
  };
  const take = (count: number) => {
    const taken = held.subarray(0, count);
    held = held.subarray(count);
    return taken;
  };
  return {
    /** Exactly so many bytes. */
    async bytes(count: number): Promise<Buffer> {
      while (held.length < count) await more();
      return take(count);
    },
    /** A line without its end; what is no ASCII in it is not understood either. */
    async line(): Promise<string> {
      while (!held.includes(0x0a)) {
        if (held.length > LINE_LIMIT) throw new Unreachable("It sent a line without end.");
        await more();
      }
      return take(held.indexOf(0x0a) + 1)
        .toString("latin1")
        .replace(/\r?\n$/, "");
    },
    hasMore: () => held.length > 0 || wire.readableLength > 0,
  };
}

/** What arrives next. Rejects with what the wire ends with. */
function nextPiece(wire: Duplex): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      const piece: Buffer | null = wire.read();
      if (piece === null && error === undefined && !wire.readableEnded && !wire.destroyed) return;
      wire.off("readable", settle).off("end", settle).off("error", settle).off("close", settle);
      if (piece !== null) resolve(piece);
      else reject(error ?? new Unreachable("It closed the connection before TLS began."));
    };
    wire.on("readable", settle).on("end", settle).on("error", settle).on("close", settle);
    settle();
  });
}
