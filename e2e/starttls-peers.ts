import { Buffer } from "node:buffer";
import { once } from "node:events";
import type { Socket } from "node:net";
import type { Protocol } from "@/lib/endpoints/rules";

type Dialogue = (socket: Socket) => Promise<boolean>;

/** What a server says in the turns of a dialogue; "\0" marks bytes that follow in the same packet as its go-ahead. */
export type Injected = { behindGoAhead?: Buffer };

/**
 * The server's half of what comes before TLS, in the protocol's own words. True when TLS may begin. Anything but the
 * exact words of a client that does it right is answered by closing.
 */
export function startTls(protocol: Exclude<Protocol, "tls">, { behindGoAhead }: Injected = {}): Dialogue {
  return async (socket) => {
    const goAhead = (answer: Buffer | string) => {
      const bytes = Buffer.from(answer);
      socket.write(behindGoAhead === undefined ? bytes : Buffer.concat([bytes, behindGoAhead]));
      return true;
    };
    try {
      return await DIALOGUES[protocol](socket, goAhead);
    } catch {
      socket.destroy();
      return false;
    }
  };
}

type GoAhead = (answer: Buffer | string) => boolean;

const LDAP_REQUEST = Buffer.concat([Buffer.from("301d02010177188016", "hex"), Buffer.from("1.3.6.1.4.1.1466.20037")]);
/** As Active Directory writes it: every length in four octets, and the name of the operation at the end. */
const LDAP_ANSWER = Buffer.concat([
  Buffer.from("30840000002802010178840000001f0a010004000400", "hex"),
  Buffer.from("8a16", "hex"),
  Buffer.from("1.3.6.1.4.1.1466.20037"),
]);

const DIALOGUES: Record<Exclude<Protocol, "tls">, (socket: Socket, goAhead: GoAhead) => Promise<boolean>> = {
  async smtp(socket, goAhead) {
    // In several packets, one of them in the middle of a line.
    socket.write("220-mail.example ESMTP\r\n220 rea");
    setTimeout(() => socket.write("dy\r\n"), 20);
    await hearLine(socket, /^EHLO [\w.-]+\r\n$/);
    socket.write("250-mail.example\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 SIZE 1000000\r\n");
    await hearLine(socket, /^STARTTLS\r\n$/);
    return goAhead("220 2.0.0 Ready to start TLS\r\n");
  },
  async imap(socket, goAhead) {
    socket.write("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n");
    await hearLine(socket, /^a1 STARTTLS\r\n$/);
    socket.write("* 1 EXISTS\r\n");
    return goAhead("a1 OK begin TLS\r\n");
  },
  async pop3(socket, goAhead) {
    socket.write("+OK POP3 ready\r\n");
    await hearLine(socket, /^STLS\r\n$/);
    return goAhead("+OK begin TLS\r\n");
  },
  async ldap(socket, goAhead) {
    await hearBytes(socket, LDAP_REQUEST);
    return goAhead(LDAP_ANSWER);
  },
  async postgresql(socket, goAhead) {
    await hearBytes(socket, Buffer.from("0000000804d2162f", "hex"));
    return goAhead("S");
  },
};

async function hearLine(socket: Socket, wanted: RegExp): Promise<void> {
  let heard = "";
  while (!heard.includes("\n")) heard += (await hear(socket)).toString("latin1");
  if (!wanted.test(heard)) throw new Error("Not what a client says here");
}

async function hearBytes(socket: Socket, wanted: Buffer): Promise<void> {
  let heard = Buffer.alloc(0);
  while (heard.length < wanted.length) heard = Buffer.concat([heard, await hear(socket)]);
  if (!heard.equals(wanted)) throw new Error("Not what a client says here");
}

/** The next packet; nothing is read after it, so that what TLS brings stays for TLS. */
async function hear(socket: Socket): Promise<Buffer> {
  const heard = once(socket, "data", { signal: AbortSignal.timeout(10_000) });
  socket.resume();
  const [piece] = await heard;
  socket.pause();
  return Buffer.from(piece);
}
