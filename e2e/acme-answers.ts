import { createServer } from "node:http";

export type AcmeAnswers = {
  port: number;
  /** Paths that were asked for. */
  asked: string[];
  /** What is answered at a path from now on; null is 404. */
  answer: (find: (token: string) => Promise<string | null>) => void;
  /** What is answered now. */
  find: (token: string) => Promise<string | null>;
  stop: () => Promise<void>;
};

/** An http server on 127.0.0.1 for a CA's http-01 requests. */
export async function startAcmeAnswers(): Promise<AcmeAnswers> {
  const asked: string[] = [];
  let find: (token: string) => Promise<string | null> = async () => null;
  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    const token = /^\/\.well-known\/acme-challenge\/([\w-]+)$/.exec(path)?.[1];
    const found = token === undefined ? null : await find(token);
    response.writeHead(found === null ? 404 : 200, { "content-type": "text/plain" }).end(found ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const answer: AcmeAnswers["answer"] = (next) => {
    find = next;
  };
  return { port: address.port, asked, answer, find: (token) => find(token), stop };
}
