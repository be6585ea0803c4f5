import { hash } from "node:crypto";
import { publicFile } from "@/lib/http/public-file";
import { NOTHING_HERE, octetsOf, plainAnswer, publicRoute } from "@/lib/http/public-route";
import { answerOcsp, type OcspReply } from "@/lib/issuers/answers";
import { OCSP_MAX_AGE } from "@/lib/issuers/rules";

/** Octets of a request: a hundred certificates and a long nonce have room. */
const LONGEST = 10_000;

/** Whether certificates of a private CA are revoked (RFC 6960): the request as body, or in the address as base64. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE } = publicRoute({
  GET: async ({ request, params: { authority = "" }, now }) => {
    const asked = requestIn(request.url);
    if (asked === null)
      return plainAnswer(400, "An OCSP request belongs behind this address, as base64, or in a POST.");
    const reply = await answerOcsp(authority, asked, now);
    if (reply === null) return plainAnswer(404, NOTHING_HERE);
    if (reply.holds === null) return unkept(reply);
    return publicFile(request, {
      ...{ octets: new Uint8Array(reply.der), type: "application/ocsp-response", fileName: "status.ors" },
      ...{
        state: hash("sha256", reply.der),
        lastModified: reply.holds.thisUpdate,
        maxAge: OCSP_MAX_AGE,
      },
    });
  },
  POST: async ({ request, params: { authority = "" }, now }) => {
    const asked = await octetsOf(request, LONGEST);
    if (asked === null) return plainAnswer(413, "An OCSP request has at most 10,000 octets.");
    const reply = await answerOcsp(authority, asked, now);
    return reply === null ? plainAnswer(404, NOTHING_HERE) : unkept(reply);
  },
});

function unkept({ der }: OcspReply): Response {
  const headers = { "content-type": "application/ocsp-response", "cache-control": "no-store" };
  return new Response(new Uint8Array(der), { headers });
}

/** The request in an address, whose base64 has slashes that may or may not be escaped; null without one. */
function requestIn(url: string): Uint8Array | null {
  const [, text = ""] = /\/ocsp\/(.+)$/.exec(new URL(url).pathname) ?? [];
  if (text === "" || text.length > LONGEST) return null;
  try {
    const octets = Buffer.from(decodeURIComponent(text), "base64");
    return octets.length === 0 ? null : octets;
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
