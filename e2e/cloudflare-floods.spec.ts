import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@playwright/test";
import { z } from "zod";
import { wireCertificate } from "@/lib/cloudflare/schema";
import { createEmptyDatabase, openSql, type Sql, setting } from "./database";
import { PASSWORD, signIn } from "./people";
import { type Server, startServer } from "./server";
import { builtActions, callAction } from "./server-actions";

const EMAIL = "admin@example.test";
const MEGABYTE = 1024 * 1024;
/** What garbage may stand before it is collected; far below what is sent, and what a list holds. */
const ALLOWED_GROWTH = 96 * MEGABYTE;
/**
 * Of the list, which would be three hundred if it were held: on a busy machine up to 166 were seen to lie between two
 * collections of what a batch of it leaves.
 */
const ALLOWED_LIST_GROWTH = 220 * MEGABYTE;

const ends: (() => Promise<void>)[] = [];
let server: Server;
let sql: Sql;
let accountId = "";
let token = "";

test.describe.configure({ mode: "serial" });

// A server that nobody else asks, so that its memory is that of these requests.
test.beforeAll(async () => {
  test.setTimeout(20 * 60_000);
  const database = await createEmptyDatabase(setting("E2E_ADMIN_URL"));
  ends.push(database.drop);
  const opened = openSql(database.url);
  ends.push(opened.close);
  sql = opened;
  server = await startServer(database.url, { CERTSWEEP_ADMIN_EMAIL: EMAIL, CERTSWEEP_ADMIN_PASSWORD: PASSWORD });
  ends.push(server.stop);
  const [account] = await sql<{ id: string }[]>`select id from accounts`;
  accountId = account?.id ?? "";
  const cookie = await signIn(EMAIL, PASSWORD, server.url);
  const call = async (name: string, input: unknown) => {
    const action = builtActions().find((known) => known.name === name);
    if (action === undefined) throw new Error(`There is no action ${name}`);
    return (await callAction(action, input, { cookie, base: server.url })).result;
  };
  const made = await call("lib/tokens/actions.ts#createApiToken", {
    name: "deploy",
    role: "member",
    days: 1,
    ranges: [],
  });
  token = z.object({ ok: z.literal(true), value: z.object({ token: z.string() }) }).parse(made).value.token;
});

test.afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

const failedBody = z.strictObject({
  success: z.literal(false),
  errors: z.array(z.object({ code: z.int().min(1000), message: z.string().min(1) })).min(1),
  messages: z.array(z.never()),
  result: z.null(),
});

const certificatesPath = () => `/client/v4/accounts/${accountId}/mtls_certificates`;

/** Sends octets as they are, and answers with the status and what the envelope says. */
async function sendRaw(octets: string): Promise<[number, ...number[]]> {
  const { hostname, port } = new URL(server.url);
  const socket = net.connect(Number(port), hostname);
  socket.write(octets);
  const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n");
  return [Number(head.split(" ")[1]), ...failedBody.parse(JSON.parse(body)).errors.map(({ code }) => code)];
}

type Body = { octets: Buffer; isSaid: boolean };

function post({ octets, isSaid }: Body, agent: http.Agent, as = token): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${as}`, ...(isSaid ? { "content-length": octets.length } : {}) };
    const request = http.request(
      new URL(certificatesPath(), server.url),
      { method: "POST", agent, headers },
      (answer) => {
        answer.resume().once("end", () => resolve(answer.statusCode ?? 0));
      },
    );
    request.once("error", reject);
    request.end(octets);
  });
}

/** Resident memory of the server's process, in octets; null where nobody tells it. */
function memory(field: "VmRSS" | "VmHWM"): number | null {
  if (process.platform !== "linux") return null;
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${server.pid}/status`, "utf8"));
  return found === null ? null : Number(found[1]) * 1024;
}

/** How far memory rose at most during some work. */
async function growthDuring(work: () => Promise<void>): Promise<number> {
  const before = memory("VmRSS");
  if (before === null) {
    process.stderr.write("MEMORY IS NOT MEASURED ON THIS SYSTEM.\n");
    await work();
    return 0;
  }
  // Forgets the peak so far.
  writeFileSync(`/proc/${server.pid}/clear_refs`, "5");
  await work();
  return (memory("VmHWM") ?? 0) - before;
}

test("a flood of headers is refused in the envelope, many short ones are answered, and the server goes on", async () => {
  const lines = (count: number, length: number) =>
    Array.from({ length: count }, (_, number) => `x-${number}: ${"y".repeat(length)}\r\n`).join("");
  const begin = `GET ${certificatesPath()} HTTP/1.1\r\nhost: x\r\n`;
  expect(await sendRaw(`${begin}${lines(2_000, 100)}\r\n`)).toEqual([431, 6003]);
  expect(await sendRaw(`${begin}x: ${"y".repeat(100_000)}\r\n\r\n`)).toEqual([431, 6003]);
  expect(await sendRaw(`${begin}authorization: Bearer x\r\nno colon\r\n\r\n`)).toEqual([400, 6003]);
  // Below what the parser allows, they are the application's.
  expect(await sendRaw(`${begin}${lines(1_000, 1)}connection: close\r\n\r\n`)).toEqual([401, 10000]);
});

test("headers that stop coming are given up, without a failure", async () => {
  const { hostname, port } = new URL(server.url);
  const socket = net.connect(Number(port), hostname);
  socket.write(`GET ${certificatesPath()} HTTP/1.1\r\nhost: x\r\n`);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
});

test("bodies that break off leave nothing behind, not even a line in the log", async () => {
  const { hostname, port } = new URL(server.url);
  const before = server.output().length;
  for (let number = 0; number < 20; number += 1) {
    const socket = net.connect(Number(port), hostname);
    const head = `POST ${certificatesPath()} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n`;
    await new Promise<void>((resolve) => socket.write(`${head}content-length: 1000\r\n\r\n{"ca":`, () => resolve()));
    socket.destroy();
  }
  // Answered after the server has seen the others go.
  const agent = new http.Agent();
  expect(await post({ octets: Buffer.from("{"), isSaid: true }, agent)).toBe(400);
  expect(server.output().slice(before)).toBe("");
});

test("memory stays flat while a gigabyte of bodies is refused", async () => {
  test.setTimeout(300_000);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const octets = Buffer.alloc(11 * MEGABYTE, " ");
  const round = async (bodies: number) => {
    const sent = Array.from({ length: bodies }, (_, number) =>
      post({ octets, isSaid: number % 2 === 0 }, agent, number % 3 === 0 ? "csw_nobodys" : token),
    );
    const statuses = await Promise.all(sent);
    expect([...new Set(statuses)].sort()).toEqual([401, 413]);
  };
  await round(24);
  const growth = await growthDuring(() => round(96));
  expect(growth, `${Math.round(growth / MEGABYTE)} MB more`).toBeLessThan(ALLOWED_GROWTH);
  agent.destroy();
});

test("memory stays flat while a list of 300 MB is written, also to somebody who begins late to read", async () => {
  test.setTimeout(300_000);
  const COUNT = 10_000;
  const LENGTH = 30_000;
  await fill(COUNT, LENGTH);
  const growth = await growthDuring(async () => {
    const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` };
      http.get(new URL(certificatesPath(), server.url), { headers }, resolve).once("error", reject);
    });
    expect(answer.statusCode).toBe(200);
    // Long enough for a server that does not heed it to write much of the list into its memory.
    await sleep(3_000);
    let rest = "";
    let read = 0;
    let length = 0;
    for await (const piece of answer.setEncoding("utf8")) {
      length += piece.length;
      rest += piece;
      // Each certificate is looked at and forgotten; names have no brace.
      const end = rest.lastIndexOf('"},{"id"');
      if (end === -1) continue;
      const whole = rest.slice(rest.indexOf('{"id"'), end + 2);
      read += z.array(wireCertificate).parse(JSON.parse(`[${whole}]`)).length;
      rest = rest.slice(end + 3);
    }
    expect(read).toBe(COUNT - 1);
    expect(rest).toMatch(new RegExp(`"result_info":\\{"page":1,"per_page":${COUNT},"count":${COUNT},`));
    expect(length).toBeGreaterThan(COUNT * LENGTH);
  });
  expect(growth, `${Math.round(growth / MEGABYTE)} MB more`).toBeLessThan(ALLOWED_LIST_GROWTH);
});

/** Certificates whose uploaded text is long; the contents are none that could be read. */
async function fill(count: number, length: number): Promise<void> {
  await sql.unsafe(
    `insert into certificate_contents (account_id, id, pem, chain_pems, as_uploaded, details, issuer_label, other_names,
       other_name_count, search)
     select $1, ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'pem', '{}', repeat('x', $3),
       '{"isCa":false,"issuer":"CN=x","serial":"1","signatureAlgorithm":"Ed25519"}', 'x', '{}', 0, 'x'
     from generate_series(1, $2::int) n`,
    [accountId, count, length],
  );
  await sql.unsafe(
    `insert into certificates (account_id, id, name, fingerprint, source, not_before, not_after, added_at, added_by_label)
     select account_id, id, 'long', encode(sha256(id::text::bytea), 'hex'), 'uploaded', now(), now() + interval '1 day',
       now(), 'x' from certificate_contents where account_id = $1`,
    [accountId],
  );
}
