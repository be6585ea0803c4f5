import { NOTHING_HERE, plainAnswer, publicRoute } from "@/lib/http/public-route";
import { findAnswer } from "@/lib/orders/challenges";

/** What a CA fetches to see that a name leads here (RFC 8555 §8.3): the key authorization and nothing else. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE } = publicRoute({
  GET: async ({ params, now }) => {
    const answer = await findAnswer(params.token ?? "", now);
    if (answer === null) return plainAnswer(404, NOTHING_HERE);
    return new Response(answer, { headers: { "content-type": "text/plain", "cache-control": "no-store" } });
  },
});
