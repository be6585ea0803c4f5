import "server-only";
import { Buffer } from "node:buffer";
import { connect } from "node:net";
import { Duplex } from "node:stream";
import { Unreachable } from "@/lib/endpoints/problems";
import type { Destination } from "@/lib/network/resolve";

/** What is read at once; the last piece is what the limit leaves. */
const PIECE_BYTES = 16_384;

type WireOptions = {
  /** Never more than so many bytes are taken from the system; the wire then ends with an Unreachable. */
  limitBytes: number;
  /** Called when the peer has taken the connection. */
  onConnect: () => void;
};

/**
 * A TCP connection whose bytes are counted before anybody sees them, as a stream that TLS can run over. To TLS alone a
 * net.Socket would give its bytes inside Node, where nothing can stop them. Destroying it closes the connection.
 */
export function openWire(
  { address, family, port }: Destination & { port: number },
  { limitBytes, onConnect }: WireOptions,
): Duplex {
  let left = limitBytes;
  const nextPiece = () => Buffer.allocUnsafe(Math.max(1, Math.min(PIECE_BYTES, left)));
  const take = (length: number, piece: Uint8Array) => {
    left -= length;
    wire.push(piece.subarray(0, length));
    if (left <= 0) wire.destroy(new Unreachable(`It sent more than ${limitBytes / 1_024} kB without finishing.`));
    return true;
  };
  const socket = connect({
    ...{ host: address, port, family, autoSelectFamily: false, noDelay: true },
    onread: { buffer: nextPiece, callback: take },
  });
  const wire = new Duplex({
    read: () => undefined,
    write: (chunk, _encoding, done) => void socket.write(chunk, done),
    // Nothing is said in parting either.
    final: (done) => done(),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  // Whoever waits for bytes hears of it; nobody may be waiting.
  wire.on("error", () => undefined);
  socket.once("connect", onConnect);
  socket.on("error", (error) => wire.destroy(error));
  socket.on("end", () => wire.push(null));
  socket.on("close", () => wire.destroy());
  return wire;
}
