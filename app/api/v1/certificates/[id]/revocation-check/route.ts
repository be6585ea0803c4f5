import { z } from "zod";
import { readCertificateName } from "@/lib/certificates/detail";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { checkRevocation } from "@/lib/revocation/check";
import { CHECK_TIMEOUT_MS } from "@/lib/revocation/check-rules";
import { CHECK_ANSWERS, CHECK_SOURCES } from "@/lib/revocation/rules";
import { moment } from "../../../certificate-view";

const check = z
  .object({
    answer: z.enum(CHECK_ANSWERS).meta({
      description:
        "What its CA said. Only revoked changes the certificate, for good; failed is no answer that can be trusted.",
    }),
    source: z.enum(CHECK_SOURCES).nullable(),
    sentence: z.string().meta({ description: "The same for people, with what went wrong at each address." }),
    checked_at: moment,
  })
  .meta({ id: "RevocationCheck" });

export const POST = apiRoute(
  {
    can: "certificates:revoke",
    summary: "Ask the CA of an uploaded certificate now whether it has revoked it: by OCSP, else by its list.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: check,
  },
  async ({ scope, params: { id }, now }) => {
    if ((await readCertificateName(scope, id)) === null) throw new ApiRefusal(UNKNOWN);
    const { answer, source, sentence, checkedAt } = await checkRevocation(
      scope,
      id,
      now,
      AbortSignal.timeout(CHECK_TIMEOUT_MS),
    );
    return { value: { answer, source, sentence, checked_at: checkedAt.toISOString() } };
  },
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
