import "server-only";
import { z } from "zod";
import { DestinationError } from "@/lib/destinations/adapter";
import { optionalAddress, optionalText } from "@/lib/destinations/address";
import { defineKind } from "@/lib/destinations/guard";

export const acm = defineKind({
  settings: z.object({
    region: z
      .string()
      .trim()
      .regex(/^[a-z]{2,4}(-[a-z]{1,10}){1,3}-\d{1,2}$/, "Enter a region such as eu-central-1."),
    endpoint: optionalAddress,
  }),
  credentials: z
    .object({ accessKeyId: optionalText(128), secretAccessKey: optionalText(256) })
    .refine(({ accessKeyId, secretAccessKey }) => (accessKeyId === undefined) === (secretAccessKey === undefined), {
      message: "Enter both keys or neither.",
      path: ["secretAccessKey"],
    }),
  open: () => {
    throw new DestinationError("rejected", "Copies cannot be pushed there yet.");
  },
  explain: () => null,
});
