import { publicFile } from "@/lib/http/public-file";
import { NOTHING_HERE, plainAnswer, publicRoute } from "@/lib/http/public-route";
import { publishedList } from "@/lib/issuers/answers";
import { listMaxAge } from "@/lib/issuers/rules";
import { pemText } from "@/lib/pki/text";

/** What a private CA revoked, as a list that it signed (RFC 5280 §5), PEM. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE } = publicRoute({
  GET: async ({ request, params: { authority = "" }, now }) => {
    const list = await publishedList(authority, now);
    if (list === null) return plainAnswer(404, NOTHING_HERE);
    return publicFile(request, {
      ...{ octets: pemText("X509 CRL", list.crl), type: "application/x-pem-file", fileName: `${authority}.crl.pem` },
      ...{ state: `crl-${list.crlNumber}-pem`, lastModified: list.crlThisUpdate, maxAge: listMaxAge(list, now) },
    });
  },
});
