import { z } from "zod";
import { LIST_SORTS, readListAddress } from "@/lib/certificates/address";
import { createCertificate } from "@/lib/certificates/create";
import { walkCertificates } from "@/lib/certificates/queries";
import { NAME_LIMIT } from "@/lib/certificates/rules";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { listedCertificate, listedCertificateOf } from "../certificate-view";
import { nextCursor } from "../cursor";
import { filterOf, filterQuery } from "../filter";

const listQuery = filterQuery
  .extend({
    sort: z.enum(LIST_SORTS).default("expiry").meta({ description: "With a minus sign the other way round." }),
    cursor: z.string().optional().meta({ description: "The next_cursor of the page before, with the same sort." }),
  })
  .refine(({ cursor, sort }) => cursor === undefined || readListAddress({ after: cursor, sort }).after !== undefined, {
    path: ["cursor"],
    message: "This is not the next_cursor of a page in this order.",
  });

const page = z.object({ certificates: z.array(listedCertificate), next_cursor: nextCursor });

export const GET = apiRoute(
  {
    can: "certificates:read",
    summary: "List certificates, fifty a page.",
    params: NOTHING,
    query: listQuery,
    body: NOTHING,
    answer: page,
  },
  async ({ scope, query, now }) => {
    const { cursor, sort } = query;
    const { rows, next } = await walkCertificates(scope, { ...filterOf(query), sort, after: cursor }, now);
    return { value: { certificates: rows.map(listedCertificateOf), next_cursor: next } };
  },
);

const upload = z.strictObject({
  certificate: z.string().min(1).meta({ description: "PEM of one certificate, perhaps with its chain in any order." }),
  private_key: z.string().min(1).optional().meta({ description: "PEM of its private key. Never given out again." }),
  password: z.string().optional().meta({ description: "Of the private key, where it is encrypted." }),
  name: z
    .string()
    .trim()
    .min(1)
    .max(NAME_LIMIT)
    .optional()
    .meta({ description: "Without one: the common name, else the first alternative name." }),
});

const uploaded = z.object({
  outcome: z
    .enum(["created", "exists"])
    .meta({ description: "exists: it was there already, and nothing was changed." }),
  id: z.uuid(),
  name: z.string(),
});

export const POST = apiRoute(
  {
    can: "certificates:upload",
    summary: "Upload one certificate with its chain and, if you like, its private key.",
    params: NOTHING,
    query: NOTHING,
    body: upload,
    answer: uploaded,
    statuses: { 201: "It was added.", 200: "It was there already." },
  },
  async ({ scope, body, now }) => {
    const { certificate: certificates, private_key: privateKey = null, name = null, password } = body;
    const request = { certificates, privateKey, name, ...(password === undefined ? {} : { password }) };
    const outcome = await createCertificate(scope, request, now);
    if (outcome.kind === "refused") throw new ApiRefusal(refusalOf(outcome.field, outcome.sentence));
    const { kind, id, name: given } = outcome;
    const location = `/api/v1/certificates/${id}`;
    return { value: { outcome: kind, id, name: given }, status: kind === "created" ? 201 : 200, location };
  },
);

function refusalOf(field: string, detail: string) {
  const named = field === "certificates" ? "certificate" : field;
  return { name: "certificate-refused" as const, detail, fields: { [named]: detail } };
}

export const { PUT, PATCH, DELETE } = otherMethods({ GET, POST });
