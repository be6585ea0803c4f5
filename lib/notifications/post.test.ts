import { globalAgent } from "node:https";
import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Receiver, startReceiver } from "@/e2e/receiver";
import { parseNetworks } from "@/lib/network/rules";
import { post } from "@/lib/notifications/post";

const MESSAGE = { headers: { "content-type": "application/json", "certsweep-event": "test" }, body: '{"ü":1}' };

function networks(text: string) {
  const parsed = parseNetworks(text);
  if (parsed === null) throw new Error(`${text} was not read`);
  return parsed;
}
const everywhere = networks("public,private,loopback");

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  globalAgent.options.ca = receiver.ca;
});
afterEach(() => {
  receiver.received.length = 0;
  receiver.answerWith({ status: 204 });
});
afterAll(() => receiver.stop());

test("a message arrives once, as it is, at the path and with the headers it was given", async () => {
  const answer = await post(`${receiver.origin}/hook?token=abc`, MESSAGE, everywhere);
  expect(answer).toEqual({ httpStatus: 204, problem: null });
  expect(receiver.received).toHaveLength(1);
  expect(receiver.received[0]).toMatchObject({ path: "/hook?token=abc", body: MESSAGE.body });
  expect(receiver.received[0]?.headers).toMatchObject({
    ...MESSAGE.headers,
    host: `localhost:${receiver.port}`,
    "content-length": "8",
    connection: "close",
  });
});

test("a refusal, an error and a redirect are told with their status, and the redirect is not followed", async () => {
  receiver.answerWith({ status: 500, body: "secret words of the receiver" });
  expect(await post(receiver.origin, MESSAGE, everywhere)).toEqual({ httpStatus: 500, problem: "It answered 500." });
  receiver.answerWith({ status: 307, headers: { location: `${receiver.origin}/elsewhere` } });
  expect(await post(receiver.origin, MESSAGE, everywhere)).toEqual({
    httpStatus: 307,
    problem: "It answered 307. Redirects are not followed: enter the final address.",
  });
  expect(receiver.received.map(({ path }) => path)).toEqual(["/", "/"]);
});

test("an answer of any length is a success, and is not read to its end", async () => {
  receiver.answerWith({ status: 200, body: "x".repeat(50_000_000) });
  expect(await post(receiver.origin, MESSAGE, everywhere)).toEqual({ httpStatus: 200, problem: null });
  await expect.poll(receiver.brokenOff, { timeout: 10_000 }).toBe(1);
});

test("nothing is sent to an address that is not allowed, by whatever name it goes", async () => {
  const usual = networks("public,private");
  const loopback = /is a loopback address\. The server's setting CERTSWEEP_PROBE_NETWORKS does not allow it\.$/;
  for (const host of ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"]) {
    const answer = await post(`https://${host}:${receiver.port}/`, MESSAGE, usual);
    expect(answer.httpStatus, host).toBeNull();
    expect(answer.problem, host).toMatch(loopback);
  }
  for (const host of ["169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "0.0.0.0", "[::]", "224.0.0.1"]) {
    const { problem } = await post(`https://${host}/latest/meta-data/`, MESSAGE, everywhere);
    expect(problem, host).toMatch(/Certsweep never connects to those\.$/);
  }
  expect(receiver.received).toEqual([]);
});

test("a certificate that is not trusted, or for another name, ends the attempt before anything is sent", async () => {
  const stranger = await startReceiver();
  const other = await startReceiver(["other.example.test"]);
  try {
    expect((await post(stranger.origin, MESSAGE, everywhere)).problem).toMatch(/a CA that this server does not trust/);
    globalAgent.options.ca = [receiver.ca, other.ca];
    expect((await post(other.origin, MESSAGE, everywhere)).problem).toBe("Its certificate is for another name.");
    expect([...stranger.received, ...other.received]).toEqual([]);
  } finally {
    globalAgent.options.ca = receiver.ca;
    await stranger.stop();
    await other.stop();
  }
});

test("silence ends after ten seconds, whether it comes before or after the handshake", async () => {
  const mute = createServer(() => undefined);
  await new Promise<void>((resolve) => mute.listen(0, "localhost", resolve));
  const address = mute.address();
  const port = typeof address === "object" ? address?.port : 0;
  receiver.answerWith(null);
  const answers = await Promise.all([
    post(receiver.origin, MESSAGE, everywhere),
    post(`https://localhost:${port}/`, MESSAGE, everywhere),
  ]);
  mute.close();
  const late = { httpStatus: null, problem: "It did not answer within 10 seconds." };
  expect(answers).toEqual([late, late]);
});

test("what cannot be reached says why, without repeating the address", async () => {
  const gone = await startReceiver();
  await gone.stop();
  expect(await post(`${gone.origin}/token`, MESSAGE, everywhere)).toEqual({
    httpStatus: null,
    problem: "Nothing listens there.",
  });
  const { problem } = await post("https://nothing.invalid/token", MESSAGE, everywhere);
  expect(problem).toMatch(/^Its name (is not known|could not be looked up)\.$/);
});

test("plain HTTP on the other side is told as such", async () => {
  const plain = createServer((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n"));
  await new Promise<void>((resolve) => plain.listen(0, "localhost", resolve));
  const address = plain.address();
  const port = typeof address === "object" ? address?.port : 0;
  const { problem } = await post(`https://localhost:${port}/`, MESSAGE, everywhere);
  plain.close();
  expect(problem).toBe("It does not speak HTTPS.");
});
