/** Runs once when a server starts, before it answers. Next compiles this file for the edge too: Node code stays apart. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { startServer } = await import("./instrumentation-node");
    await startServer(new Date());
  }
}
