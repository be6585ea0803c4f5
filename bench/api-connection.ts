import net from "node:net";

/** One connection that stays open and asks one thing after the other; what it costs itself is little. */
export type Connection = { ask: (request: string) => Promise<number>; close: () => void };

/** `ask` answers with the milliseconds until the last byte was there, and rejects for any answer but a 200. */
export async function connect(url: URL): Promise<Connection> {
  const socket = net.connect({ host: url.hostname, port: Number(url.port), noDelay: true });
  let text = "";
  let waiting: { done: () => void; fail: (error: Error) => void } | null = null;
  const fail = (error: Error) => waiting?.fail(error);
  socket.setEncoding("latin1");
  socket.on("data", (piece: string) => {
    text += piece;
    if (isWhole(text)) waiting?.done();
  });
  socket.on("error", fail).on("close", () => fail(new Error("the server closed the connection")));
  const received = () => new Promise<void>((done, reject) => (waiting = { done, fail: reject }));
  return {
    ask: async (request) => {
      text = "";
      const begun = performance.now();
      socket.write(request);
      await received();
      const milliseconds = performance.now() - begun;
      waiting = null;
      if (!text.startsWith("HTTP/1.1 200 ")) throw new Error(`unexpected answer: ${text.slice(0, 300)}`);
      return milliseconds;
    },
    close: () => socket.destroy(),
  };
}

/** Whether an answer has come to its end; the next one is not asked for before, so nothing stands behind it. */
function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1];
  return length === undefined ? text.endsWith("\r\n0\r\n\r\n") : text.length >= end + 4 + Number(length);
}
