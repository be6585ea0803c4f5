import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { readRemoval } from "@/lib/removal/queries";
import { removal, removalOf } from "../../removal-view";

export const GET = apiRoute(
  {
    can: "removals:read",
    summary: "Show the record of one removal with the certificate that went.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: removal,
  },
  async ({ scope, params: { id } }) => {
    const record = await readRemoval(scope, id);
    if (record === null) throw new ApiRefusal(UNKNOWN);
    return { value: removalOf(record) };
  },
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
