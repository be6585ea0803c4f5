import { publicFile } from "@/lib/http/public-file";
import { NOTHING_HERE, plainAnswer, publicRoute } from "@/lib/http/public-route";
import { publishedList } from "@/lib/issuers/answers";
import { listMaxAge } from "@/lib/issuers/rules";

/** What a private CA revoked, as a list that it signed (RFC 5280 §5), DER. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE } = publicRoute({
  GET: async ({ request, params: { authority = "" }, now }) => {
    const list = await publishedList(authority, now);
    if (list === null) return plainAnswer(404, NOTHING_HERE);
    return publicFile(request, {
      ...{ octets: new Uint8Array(list.crl), type: "application/pkix-crl", fileName: `${authority}.crl` },
      ...{ state: `crl-${list.crlNumber}`, lastModified: list.crlThisUpdate, maxAge: listMaxAge(list, now) },
    });
  },
});
