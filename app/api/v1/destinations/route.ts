import { z } from "zod";
import { listPlaces } from "@/lib/destinations/queries";
import { DESTINATION_KINDS, TAKES_BARE } from "@/lib/destinations/rules";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";

const destination = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: z.enum(DESTINATION_KINDS).nullable().meta({ description: "Null where only its name is known." }),
    takes_bare: z.boolean().meta({ description: "It takes certificates without their private key." }),
  })
  .meta({ id: "Destination" });

export const GET = apiRoute(
  {
    can: "syncs:write",
    summary: "List the places that certificates can be copied to, by name: all of them.",
    params: NOTHING,
    query: NOTHING,
    body: NOTHING,
    answer: z.object({ destinations: z.array(destination) }),
  },
  async ({ scope }) => {
    const places = await listPlaces(scope);
    const destinations = places.map(({ id, name, kind }) => ({
      ...{ id, name, kind },
      takes_bare: kind !== null && TAKES_BARE.includes(kind),
    }));
    return { value: { destinations } };
  },
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
