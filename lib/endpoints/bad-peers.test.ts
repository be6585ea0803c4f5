import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { getActiveResourcesInfo } from "node:process";
import { afterEach, expect, test } from "vitest";
import { makeIdentity, startPeer, startRawPeer } from "@/e2e/tls-peer";
import { type ProbeOptions, type ProbeTarget, probeEndpoint } from "@/lib/endpoints/probe";
import { PROBE_READ_LIMIT, PROBES_AT_ONCE } from "@/lib/endpoints/rules";
import { parseNetworks } from "@/lib/network/rules";

const networks = parseNetworks("loopback");
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function raw(onConnection: (socket: Socket) => void) {
  const started = await startRawPeer(onConnection);
  stops.push(started.stop);
  return started;
}

/** The sentence that a probe ends with. */
async function problemAt(target: Partial<ProbeTarget> & { port: number }, options: Partial<ProbeOptions> = {}) {
  if (networks === null) throw new Error("loopback was not read");
  const answer = await probeEndpoint(
    { host: "127.0.0.1", serverName: null, protocol: "tls", ...target },
    { networks, ...options },
  );
  return answer.kind === "served" ? "served" : answer.problem;
}

/** A TLS record of a handshake message that is announced longer than anything that follows. */
const ENDLESS_MESSAGE = Buffer.from("160303400002ffffff", "hex");

test("each of the things that a peer can do wrong has its sentence", async () => {
  const http = await raw((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  expect(await problemAt({ port: http.port })).toBe("It does not speak TLS on this port.");
  const closing = await raw((socket) => socket.end());
  expect(await problemAt({ port: closing.port })).toBe(
    "It closed the connection before the TLS handshake was finished.",
  );
  const resetting = await raw((socket) => socket.resetAndDestroy());
  expect(await problemAt({ port: resetting.port })).toBe(
    "It closed the connection before the TLS handshake was finished.",
  );
  const gone = await raw(() => undefined);
  await gone.stop();
  expect(await problemAt({ port: gone.port })).toBe("Nothing listens there.");
  expect(await problemAt({ port: 443, host: "nothing.invalid" })).toMatch(
    /^Its name (is not known|could not be looked up)\.$/,
  );
});

test("rubbish of every length ends in a sentence", async () => {
  for (const length of [1, 4, 5, 6, 100, 5_000, 60_000]) {
    const bytes = Buffer.alloc(length, 0x16);
    const { port } = await raw((socket) => socket.end(bytes));
    expect(await problemAt({ port }), `${length}`).toMatch(/^(It|The TLS handshake) .*\.$/);
  }
});

test("a server without a certificate is told as such", async () => {
  const bare = await startPeer({ identities: {} });
  stops.push(bare.stop);
  expect(await problemAt({ port: bare.port })).toBe(
    "It refused the handshake without showing a certificate: it has none for this name, or no cipher in common.",
  );
});

test("at most 64 kB are taken from one that sends without end", async () => {
  const written: number[] = [];
  const { port, open } = await raw((socket) => {
    // Records of empty messages, which OpenSSL passes over for as long as they come (RFC 5246 §7.4.1.1).
    const request = Buffer.from("160303000400000000", "hex");
    const many = Buffer.concat(Array.from({ length: 5_000 }, () => request));
    const more = () => {
      if (socket.destroyed) return;
      written.push(socket.bytesWritten);
      socket.write(many, more);
    };
    more();
  });
  expect(await problemAt({ port })).toBe("It sent more than 64 kB without finishing.");
  await expect.poll(open).toBe(0);
  expect(written.length).toBeGreaterThan(1);
});

test("a certificate that is too large is not read to its end", async () => {
  const record = Buffer.concat([Buffer.from("1603034000", "hex"), Buffer.alloc(0x4000)]);
  const { port } = await raw((socket) => {
    socket.write(ENDLESS_MESSAGE);
    for (let sent = 0; sent < 2 * PROBE_READ_LIMIT; sent += record.length) socket.write(record);
  });
  expect(await problemAt({ port })).toMatch(
    /^(It sent more than 64 kB without finishing\.|The TLS handshake failed .*)$/,
  );
});

test("silence ends by the clock, at whatever point it comes, and the connection with it", async () => {
  const short = { timeoutMs: 60 };
  const mute = await raw(() => undefined);
  expect(await problemAt({ port: mute.port }, short)).toBe(
    "It took the connection, but did not finish the TLS handshake in time.",
  );
  expect(await problemAt({ port: mute.port, protocol: "smtp" }, short)).toBe(
    "It took the connection, but did not begin TLS in time.",
  );
  const slow = await raw((socket) => {
    const timer = setInterval(() => socket.write("2"), 5);
    socket.on("close", () => clearInterval(timer));
  });
  expect(await problemAt({ port: slow.port, protocol: "smtp" }, short)).toBe(
    "It took the connection, but did not begin TLS in time.",
  );
  await expect.poll(() => mute.open() + slow.open()).toBe(0);
});

test("a name that is looked up too slowly ends the probe, and nothing is connected to when it comes after all", async () => {
  const server = await raw(() => undefined);
  let answer = () => {};
  const late = new Promise<{ address: string; family: number }[]>((resolve) => {
    answer = () => resolve([{ address: "127.0.0.1", family: 4 }]);
  });
  const options = { timeoutMs: 30, lookUp: () => late };
  expect(await problemAt({ port: server.port, host: "slow.test" }, options)).toBe(
    "Its name was not looked up in time.",
  );
  answer();
  expect(await problemAt({ port: server.port }, { timeoutMs: 30 })).not.toBe("served");
  expect(server.taken()).toBe(1);
});

test("a probe that is stopped rejects with the reason, and closes its connection", async () => {
  const { port, taken, open } = await raw(() => undefined);
  const stopping = new AbortController();
  const running = problemAt({ port }, { signal: stopping.signal });
  await expect.poll(taken).toBe(1);
  stopping.abort(new Error("no longer wanted"));
  await expect(running).rejects.toThrow("no longer wanted");
  await expect.poll(open).toBe(0);
  await expect(problemAt({ port }, { signal: stopping.signal })).rejects.toThrow("no longer wanted");
  expect(taken()).toBe(1);
});

test("a probe leaves neither a connection nor a timer", async () => {
  const count = () => getActiveResourcesInfo().filter((what) => /^(TCPSocketWrap|TLSWrap|Timeout)$/.test(what)).length;
  const server = await startPeer({ identities: { "a.test": await makeIdentity("a.test") } });
  const http = await startRawPeer((socket) => socket.end("no\r\n"));
  await problemAt({ port: server.port });
  const before = count();
  await Promise.all(
    [server, http].flatMap(({ port }) =>
      Array.from({ length: PROBES_AT_ONCE }, () => problemAt({ port }, { timeoutMs: 60_000 })),
    ),
  );
  await expect.poll(() => server.open() + http.open()).toBe(0);
  await expect.poll(count).toBeLessThanOrEqual(before);
  await Promise.all([server.stop(), http.stop()]);
});
