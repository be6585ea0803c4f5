import { z } from "zod";

const ADDRESS_LIMIT = 2_000;

/**
 * The address of a service, without a trailing slash. Plain http is for this machine only, which is decided when
 * connecting (lib/network/vetted-request.ts).
 */
const address = z
  .string()
  .trim()
  .max(ADDRESS_LIMIT, "Enter a shorter address.")
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), "Enter an https address.")
  .refine((text) => isBare(text), "Enter the address without a name, password, query or fragment.")
  .transform((text) => text.replace(/\/+$/, ""));

export const requiredAddress = address;

/** "" and nothing mean the kind's own. */
export const optionalAddress = z.preprocess((value) => (value === "" ? undefined : value), address.optional());

/** A text that may be left empty. */
export function optionalText(limit: number) {
  return z.preprocess((value) => (value === "" ? undefined : value), z.string().trim().max(limit).optional());
}

function isBare(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { username, password, search, hash } = new URL(text);
  return username + password + search + hash === "";
}
