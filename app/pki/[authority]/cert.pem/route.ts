import { publicFile } from "@/lib/http/public-file";
import { NOTHING_HERE, plainAnswer, publicRoute } from "@/lib/http/public-route";
import { publishedCertificate } from "@/lib/issuers/answers";
import { CERTIFICATE_MAX_AGE } from "@/lib/issuers/rules";
import { pemText } from "@/lib/pki/text";

/** The certificate of a private CA, PEM. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE } = publicRoute({
  GET: async ({ request, params: { authority = "" } }) => {
    const certificate = await publishedCertificate(authority);
    if (certificate === null) return plainAnswer(404, NOTHING_HERE);
    const octets = pemText("CERTIFICATE", certificate.der);
    return publicFile(request, {
      ...{ octets, type: "application/x-pem-file", fileName: `${authority}.pem` },
      ...{ state: "cert-pem", lastModified: certificate.notBefore, maxAge: CERTIFICATE_MAX_AGE },
    });
  },
});
