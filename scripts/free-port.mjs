import net from "node:net";

/**
 * Whether a port can be listened on; 0 asks for any free one.
 * @returns {Promise<{ port: number } | { code: string }>} the port, or the system's reason (EADDRINUSE, EACCES, …)
 */
export function tryPort(port, host) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once("error", (error) => resolve({ code: error.code }));
    probe.listen({ port, host, exclusive: true }, () => {
      const { port: found } = probe.address();
      probe.close(() => resolve({ port: found }));
    });
  });
}

/** A free port on the loopback interface, `wanted` if it can be had. */
export async function freePort(wanted) {
  const first = wanted ? await tryPort(wanted, "127.0.0.1") : { code: "none" };
  return first.port ?? (await tryPort(0, "127.0.0.1")).port;
}
