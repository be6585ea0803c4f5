import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { startTls } from "@/e2e/starttls-peers";
import { makeIdentity, startPeer, startRawPeer } from "@/e2e/tls-peer";
import { probeEndpoint } from "@/lib/endpoints/probe";
import { PROTOCOLS, type Protocol } from "@/lib/endpoints/rules";
import { parseNetworks } from "@/lib/network/rules";

const AFTER_WORDS = PROTOCOLS.filter((protocol) => protocol !== "tls");
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function probe(port: number, protocol: Protocol) {
  const networks = parseNetworks("loopback");
  if (networks === null) throw new Error("loopback was not read");
  return probeEndpoint({ host: "127.0.0.1", port, serverName: "mail.test", protocol }, { networks });
}

describe.each(AFTER_WORDS)("%s", (protocol) => {
  test("begins TLS after its words, and the certificate for the name is seen", async () => {
    const [other, identity] = await Promise.all([makeIdentity("other.test"), makeIdentity("mail.test")]);
    const identities = { "other.test": other, "mail.test": identity };
    const server = await startPeer({ identities, before: startTls(protocol) });
    stops.push(server.stop);
    expect(await probe(server.port, protocol)).toMatchObject({ kind: "served", fingerprint: identity.fingerprint });
    await expect.poll(server.open).toBe(0);
    expect(server.heard()).toBe(0);
  });

  test("is refused when the server says more behind its go-ahead", async () => {
    const identities = { "mail.test": await makeIdentity("mail.test") };
    for (const behindGoAhead of [
      Buffer.from("\n"),
      Buffer.from("250 injected\r\n"),
      Buffer.from("1603030001", "hex"),
    ]) {
      const server = await startPeer({ identities, before: startTls(protocol, { behindGoAhead }) });
      stops.push(server.stop);
      expect(await probe(server.port, protocol)).toMatchObject({
        problem: "It sent more between its go-ahead and the TLS handshake.",
      });
    }
  });

  test("ends when the server closes, in a sentence", async () => {
    const server = await startRawPeer((socket) => socket.end());
    stops.push(server.stop);
    expect(await probe(server.port, protocol)).toMatchObject({
      problem: expect.stringMatching(/^It closed the connection before (TLS began|the TLS handshake was finished)\.$/),
    });
  });

  test("ends when the server sends without end", async () => {
    const server = await startRawPeer((socket) => {
      const more = () => !socket.destroyed && socket.write(Buffer.alloc(10_000, "0"), more);
      more();
    });
    stops.push(server.stop);
    expect(await probe(server.port, protocol)).toMatchObject({
      problem: expect.stringMatching(/^It (sent a line without end|does not speak .* on this port)\.$/),
    });
    await expect.poll(server.open).toBe(0);
  });
});

/** A server that says these things, each after it was spoken to; null for those that wait for the client first. */
function script(...turns: (string | null)[]) {
  return (socket: Socket) => {
    const [greeting, ...answers] = turns.map((turn) => (turn === null ? null : Buffer.from(turn, "latin1")));
    if (greeting) socket.write(greeting);
    socket.on("data", () => {
      const answer = answers.shift();
      if (answer) socket.write(answer);
      else socket.end();
    });
  };
}

const ENDLESS_CAPABILITIES = "250-MORE\r\n".repeat(200);

test.each<[Protocol, (string | null)[], string]>([
  ["smtp", ["554 go away\r\n"], "It answered 554, and does not go on in SMTP."],
  ["smtp", ["* OK imap\r\n"], "It does not speak SMTP on this port."],
  ["smtp", ["220 ok\r\n", "250-a\r\n250 SIZE\r\n"], "It does not offer STARTTLS."],
  ["smtp", ["220 ok\r\n", "502 what\r\n"], "It answered 502, and does not go on in SMTP."],
  ["smtp", ["220 ok\r\n", "250-a\r\n250 STARTTLS\r\n", "454 later\r\n"], "It answered 454 to STARTTLS."],
  ["smtp", ["220 ok\r\n", ENDLESS_CAPABILITIES], "It does not speak SMTP on this port."],
  ["imap", ["* PREAUTH ok\r\n"], "It does not speak IMAP on this port."],
  ["imap", ["* BYE\r\n"], "It does not speak IMAP on this port."],
  ["imap", ["* OK\r\n", "a1 BAD what\r\n"], "It does not offer STARTTLS."],
  ["imap", ["* OK\r\n", "a2 OK\r\n"], "It does not speak IMAP on this port."],
  ["imap", ["* OK\r\n", "* x\r\n".repeat(200)], "It does not speak IMAP on this port."],
  ["pop3", ["220 smtp\r\n"], "It does not speak POP3 on this port."],
  ["pop3", ["+OK\r\n", "-ERR what\r\n"], "It does not offer STLS."],
  ["pop3", ["+OK\r\n", "what\r\n"], "It does not speak POP3 on this port."],
  [
    "ldap",
    [null, "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\x00\x04\x00"],
    "It answered with result 2 to StartTLS.",
  ],
  ["ldap", [null, "\x30\x0c\x02\x01\x00\x78\x07\x0a\x01\x00\x04\x00\x04\x00"], "It does not speak LDAP on this port."],
  ["ldap", [null, "HTTP/1.1 400\r\n\r\n"], "It does not speak LDAP on this port."],
  ["ldap", [null, "\x30\x80\x00\x00"], "It does not speak LDAP on this port."],
  ["ldap", [null, "\x30\x00"], "It does not speak LDAP on this port."],
  ["postgresql", [null, "N"], "It does not offer TLS."],
  ["postgresql", [null, "E\x00\x00\x00\x08SFATAL"], "It does not speak PostgreSQL on this port."],
])("%s answered by %j is told: %s", async (protocol, turns, problem) => {
  const server = await startRawPeer(script(...turns));
  stops.push(server.stop);
  expect(await probe(server.port, protocol)).toMatchObject({ kind: "unreachable", problem, forbidden: false });
});
