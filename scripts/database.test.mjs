import net from "node:net";
import { afterEach, beforeAll, expect, test } from "vitest";
import { withDatabase } from "./database.mjs";

let server;

afterEach(() => server?.close());

/** A server that is no database: does `talk` with whoever comes. Answers with its address. */
async function listen(talk) {
  server = net.createServer((socket) => {
    socket.on("error", () => {});
    talk(socket);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `postgres://certsweep:secret@127.0.0.1:${server.address().port}/certsweep`;
}

function realUrl(change) {
  return Object.assign(new URL(process.env.TEST_DATABASE_URL), change).href;
}

/** The sentence of the refusal; anything else but a refusal fails. */
async function refusalOf(url, work = () => {}) {
  const error = await withDatabase(url, work).catch((failure) => failure);
  expect(error.name).toBe("Refusal");
  expect(error.message).not.toContain("secret");
  return error.message;
}

beforeAll(() => {
  // What the machine knows of other databases would be taken for a missing password.
  delete process.env.PGPASSWORD;
});

test("a server that never answers is given up after ten seconds", async () => {
  const url = await listen(() => {});
  expect(await refusalOf(url)).toMatch(
    /^The database at 127\.0\.0\.1:\d+\/certsweep cannot be used: it does not answer\.$/,
  );
}, 20_000);

test("a server that hangs up closed the connection", async () => {
  const url = await listen((socket) => socket.once("data", () => socket.end()));
  expect(await refusalOf(url)).toContain("it closed the connection.");
});

test("a server that breaks the line closed the connection", async () => {
  const url = await listen((socket) => socket.once("data", () => socket.resetAndDestroy()));
  expect(await refusalOf(url)).toContain("it closed the connection.");
});

test("a server of another kind is not PostgreSQL", async () => {
  const greeting = Buffer.from("J\0\0\0\n8.0.36\0and more of another protocol", "latin1");
  const url = await listen((socket) => socket.write(greeting));
  expect(await refusalOf(url)).toContain("what answers there is not PostgreSQL.");
});

test("a server of another kind that is asked for TLS is not PostgreSQL", async () => {
  const url = await listen((socket) => socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")));
  expect(await refusalOf(`${url}?sslmode=verify-full`)).toContain("what answers there is not PostgreSQL.");
});

test("a host name that nobody has is unknown", async () => {
  expect(await refusalOf("postgres://certsweep:secret@database.invalid/certsweep")).toMatch(
    /^The database at database\.invalid:5432\/certsweep cannot be used: its host name (is unknown|cannot be looked up)\.$/,
  );
});

test("a missing password is asked for", async () => {
  expect(await refusalOf(realUrl({ password: "" }))).toContain("it asks for a password.");
});

test("a server without TLS does not offer it", async () => {
  expect(await refusalOf(`${realUrl({})}?sslmode=verify-full`)).toContain("it does not offer TLS.");
});

test("a session that an administrator ends in the middle of the work closed the connection", async () => {
  const endItself = (client) => client.query("select pg_terminate_backend(pg_backend_pid())");
  expect(await refusalOf(realUrl({}), endItself)).toContain("it closed the connection.");
  const useLater = async (client) => {
    await endItself(client).catch(() => undefined);
    await client.query("select 1");
  };
  expect(await refusalOf(realUrl({}), useLater)).toContain("it closed the connection.");
});

test("what the database says of a statement is no matter of the connection", async () => {
  const raise = (client) => client.query("do $$ begin raise exception 'timeout expired'; end $$");
  await expect(withDatabase(realUrl({}), raise)).rejects.toMatchObject({ name: "error", message: "timeout expired" });
});
