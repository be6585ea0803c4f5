import "server-only";

type PublicFile = {
  octets: Uint8Array<ArrayBuffer> | string;
  type: string;
  /** For browsers that save it. */
  fileName: string;
  /** Of one state of the file: an ETag without its quotes. */
  state: string;
  lastModified: Date;
  /** Seconds. */
  maxAge: number;
};

/** A file that anybody may fetch and keep for a while, or 304 where the client has this very state already. */
export function publicFile(request: Request, file: PublicFile): Response {
  const tag = `"${file.state}"`;
  const headers = {
    "cache-control": `public, no-transform, must-revalidate, max-age=${Math.max(0, Math.floor(file.maxAge))}`,
    etag: tag,
    "last-modified": file.lastModified.toUTCString(),
  };
  if (isKnown(request.headers, tag, file.lastModified)) return new Response(null, { status: 304, headers });
  const octets = typeof file.octets === "string" ? new TextEncoder().encode(file.octets) : file.octets;
  const described = {
    "content-type": file.type,
    "content-length": String(octets.length),
    "content-disposition": `attachment; filename="${file.fileName}"`,
  };
  return new Response(octets, { headers: { ...headers, ...described } });
}

/** RFC 9110 §13.1: the tag counts where one is given, else the time. */
function isKnown(headers: Headers, tag: string, lastModified: Date): boolean {
  const tags = headers.get("if-none-match");
  if (tags !== null) return tags.split(",").some((known) => ["*", tag].includes(known.trim().replace(/^W\//, "")));
  const since = Date.parse(headers.get("if-modified-since") ?? "");
  return !Number.isNaN(since) && Math.floor(lastModified.getTime() / 1_000) * 1_000 <= since;
}
