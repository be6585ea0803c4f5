import { publicFile } from "@/lib/http/public-file";
import { NOTHING_HERE, plainAnswer, publicRoute } from "@/lib/http/public-route";
import { publishedCertificate } from "@/lib/issuers/answers";
import { CERTIFICATE_MAX_AGE } from "@/lib/issuers/rules";

/** The certificate of a private CA, DER. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE } = publicRoute({
  GET: async ({ request, params: { authority = "" } }) => {
    const certificate = await publishedCertificate(authority);
    if (certificate === null) return plainAnswer(404, NOTHING_HERE);
    return publicFile(request, {
      ...{ octets: new Uint8Array(certificate.der), type: "application/pkix-cert", fileName: `${authority}.cer` },
      ...{ state: "cert", lastModified: certificate.notBefore, maxAge: CERTIFICATE_MAX_AGE },
    });
  },
});
