import { z } from "zod";
import { addPrivateKey } from "@/lib/certificates/create";
import { privateKeyInput } from "@/lib/certificates/schema";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";

const { privateKey, password } = privateKeyInput.shape;

export const PUT = apiRoute(
  {
    can: "certificates:upload",
    summary: "Keep the private key of a certificate that is there already. It is never given out again.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: z.strictObject({
      private_key: privateKey.meta({ description: "PEM." }),
      password: password.default("").meta({ description: "Of the private key, where it is encrypted." }),
    }),
    answer: z.object({
      outcome: z.enum(["added", "already"]).meta({ description: "already: one is kept, and nothing was changed." }),
    }),
  },
  async ({ scope, params: { id: certificateId }, body, now }) => {
    const request = { certificateId, privateKey: body.private_key, password: body.password };
    const outcome = await addPrivateKey(scope, request, now);
    switch (outcome.kind) {
      case "added":
      case "already":
        return { value: { outcome: outcome.kind } };
      case "unknown":
        throw new ApiRefusal(UNKNOWN);
      case "refused": {
        const { field, sentence } = outcome;
        throw new ApiRefusal({ name: "certificate-refused", detail: sentence, fields: { [field]: sentence } });
      }
    }
  },
);

export const { GET, HEAD, POST, PATCH, DELETE } = otherMethods({ PUT });
