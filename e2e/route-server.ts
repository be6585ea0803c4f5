import { createServer, type IncomingMessage, type Server } from "node:http";

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;
export type ServedRoute = {
  /** With groups named as the route's parameters. */
  path: RegExp;
  methods: Record<string, Handler>;
};

/** Serves route handlers on a free port of 127.0.0.1, as far as programs of other makers need it to ask them. */
export async function serveRoutes(routes: ServedRoute[]): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer(async (incoming, outgoing) => {
    const answer = await answerOf(routes, incoming);
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${portOf(server)}`, stop: () => stop(server) };
}

async function answerOf(routes: ServedRoute[], incoming: IncomingMessage): Promise<Response> {
  const { method = "GET", url = "/" } = incoming;
  for (const { path, methods } of routes) {
    const match = path.exec(url);
    const handler = methods[method];
    if (match === null || handler === undefined) continue;
    const headers = new Headers();
    for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
    const hasBody = method !== "GET" && method !== "HEAD";
    const body = hasBody ? await bodyOf(incoming) : null;
    const request = new Request(`http://127.0.0.1${url}`, { method, headers, body });
    return handler(request, { params: Promise.resolve({ ...match.groups }) });
  }
  return new Response("", { status: 404 });
}

async function bodyOf(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of incoming) pieces.push(piece);
  return Buffer.concat(pieces);
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
