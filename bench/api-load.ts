import { z } from "zod";
import { connect } from "./api-connection";

/** What to ask, in turn, on so many connections at once: until the seconds are over, or everything once. */
const order = z.object({
  base: z.url(),
  method: z.enum(["GET", "DELETE"]),
  paths: z.array(z.string()),
  tokens: z.array(z.string()),
  connections: z.int(),
  seconds: z.number().nullable(),
});

/** Asks a server, in a process of its own, and says how long each answer took, in ms, and the seconds in all. */
process.on("message", (message) => void carryOut(order.parse(JSON.parse(String(message)))));

async function carryOut({ base, method, paths, tokens, connections, seconds }: z.infer<typeof order>): Promise<void> {
  const url = new URL(base);
  const open = await Promise.all(Array.from({ length: connections }, () => connect(url)));
  const requests = paths.map((path, index) => requestOf({ url, method, path, token: tokens[index % tokens.length] }));
  const taken: number[] = [];
  const begun = performance.now();
  const isOver = () => (seconds === null ? next >= requests.length : performance.now() - begun > seconds * 1000);
  let next = 0;
  await Promise.all(
    open.map(async ({ ask }) => {
      while (!isOver()) {
        const request = requests[next % requests.length] ?? "";
        next += 1;
        taken.push(await ask(request));
      }
    }),
  );
  const elapsed = (performance.now() - begun) / 1000;
  for (const { close } of open) close();
  process.send?.({ milliseconds: taken, seconds: elapsed });
}

type Request = { url: URL; method: string; path: string; token: string | undefined };

function requestOf({ url, method, path, token }: Request): string {
  const lines = [
    `${method} ${url.pathname.replace(/\/$/, "")}/client/v4${path} HTTP/1.1`,
    `host: ${url.host}`,
    "accept: application/json",
    `authorization: Bearer ${token}`,
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}
