import { createServer } from "node:tls";
import { makeAuthority, makeIdentity } from "@/e2e/tls-peer";

/** A server with a certificate and its CA's, in a process of its own. Says its port, and ends when nobody listens. */
const identity = await makeIdentity("probed.test", { issuer: await makeAuthority("CA of the benchmark") });
const server = createServer({ cert: identity.bundle, key: identity.key }, (socket) =>
  socket.on("error", () => undefined),
);
server.on("tlsClientError", () => undefined);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") process.send?.({ port: address?.port, fingerprint: identity.fingerprint });
});
process.once("disconnect", () => process.exit());
