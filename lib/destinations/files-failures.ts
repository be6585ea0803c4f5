import { DestinationError, type FailureKind } from "@/lib/destinations/adapter";

/** What the system says of files, by the codes of errno. */
const SENTENCES = new Map<string, { kind: FailureKind; sentence: string }>([
  ["EACCES", { kind: "forbidden", sentence: "The server's account may not write there." }],
  ["EPERM", { kind: "forbidden", sentence: "The server's account may not do that there." }],
  ["EROFS", { kind: "forbidden", sentence: "The disk is mounted for reading only." }],
  ["ENOSPC", { kind: "rejected", sentence: "The disk is full." }],
  ["EDQUOT", { kind: "rejected", sentence: "The account's quota on this disk is used up." }],
  ["ENOENT", { kind: "missing", sentence: "A file or folder vanished meanwhile." }],
  ["ENOTDIR", { kind: "rejected", sentence: "A file stands where a folder should be." }],
  ["EISDIR", { kind: "rejected", sentence: "A folder stands where a file should be." }],
  ["EEXIST", { kind: "rejected", sentence: "Another push writes the same file at this moment." }],
]);

/** Words for what the file system refuses; null for what is none of its errors. */
export function fileFailure(error: unknown): DestinationError | null {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = SENTENCES.get(code);
  return known === undefined ? null : new DestinationError(known.kind, known.sentence);
}
