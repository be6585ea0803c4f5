/** Characters of a name that go into a file name. */
const STEM_LIMIT = 80;

/**
 * A file name for the certificate of this name: ASCII letters, digits, dots and dashes. The start of the fingerprint keeps
 * two certificates of one name apart, and the names that Windows reserves from being whole.
 */
export function fileNameOf(certificate: { name: string; fingerprint: string }, ending: string): string {
  const stem = certificate.name
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9.-]+/g, "_")
    .replace(/^[._-]+|[._-]+$/g, "")
    .slice(0, STEM_LIMIT);
  return `${stem === "" ? "certificate" : stem}-${certificate.fingerprint.slice(0, 8)}${ending}`;
}

/** A response that browsers save and never show. `fileName` must be plain ASCII without quotes. */
export function attachment(body: BodyInit, file: { fileName: string; contentType: string }): Response {
  return new Response(body, {
    headers: {
      "content-type": file.contentType,
      "content-disposition": `attachment; filename="${file.fileName}"`,
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "cache-control": "private, no-store",
    },
  });
}
