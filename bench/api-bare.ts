import http from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "pg";
import { z } from "zod";
import { hashToken } from "@/lib/auth/tokens";
import { type ApiCall, apiStatements, deletableIds, filled, makeTokens } from "./api-statements";

/**
 * The least that a server in Node can be: `http` and `pg`, without a framework, a schema or a log. Under /same it sends
 * what the product sends for each call, under /alone the same without the check and the count of the token. What it
 * answers are the rows, as JSON.
 */
const TOKENS = 48;
const [accountId, userId, email, stock] = z
  .tuple([z.uuid(), z.uuid(), z.string(), z.coerce.number().int()])
  .parse(process.argv.slice(2));
const [shown = "", removed = "", ...ids] = await deletableIds(accountId, stock + 2);
const owner = { accountId, userId, email };
const tokens = await makeTokens(owner, TOKENS);
const statements = await apiStatements(owner, { token: tokens[0] ?? "", ids: [shown, removed] });
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

const server = http.createServer((request, response) => {
  answer(request).then(
    (body) => response.writeHead(200, { "content-type": "application/json" }).end(body),
    (error) => {
      console.error(error);
      response.writeHead(500).end();
    },
  );
});
server.listen(0, "127.0.0.1", () => process.send?.({ url: urlOf(server.address()), tokens, ids, statements }));
process.on("message", () => process.send?.(process.cpuUsage()));
process.once("disconnect", () => {
  server.close();
  server.closeAllConnections();
  void pool.end();
});

async function answer({ method, url = "", headers }: http.IncomingMessage): Promise<string> {
  const [, kind, , , , , , id = ""] = url.split("/");
  const call: ApiCall = method === "DELETE" ? "delete" : id === "" ? "list" : "get";
  const { check, work } = statements[call];
  const tokenHash = hashToken((headers.authorization ?? "").slice("Bearer ".length));
  const particulars = { id, tokenHash, now: new Date().toISOString() };
  const session = await pool.connect();
  try {
    let result: unknown[] = [];
    for (const statement of kind === "same" ? [...check, ...work] : work) {
      const { rows } = await session.query({ ...filled(statement, particulars), rowMode: "array" });
      // The certificates are the longest of what comes back.
      if (rows.length >= result.length && (rows[0]?.length ?? 0) > 5) result = rows;
    }
    return JSON.stringify({ success: true, errors: [], messages: [], result });
  } finally {
    session.release();
  }
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === "string") throw new Error("the bare server has no port");
  return `http://127.0.0.1:${address.port}`;
}
