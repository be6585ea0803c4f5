import { z } from "zod";
import { ROLES, type Role } from "@/lib/accounts/rules";
import { parseNetwork } from "@/lib/network/rules";
import {
  TOKEN_DAYS_MAX,
  TOKEN_DAYS_MIN,
  TOKEN_NAME_LIMIT,
  TOKEN_RANGES_MAX,
  type TokenState,
} from "@/lib/tokens/rules";

const NO_DAYS = `Enter a whole number of days from ${TOKEN_DAYS_MIN} to ${TOKEN_DAYS_MAX}.`;

/** A network or one address; it leaves as a network, which PostgreSQL understands. */
const range = z
  .string()
  .trim()
  .transform((typed, context) => {
    const network = parseNetwork(typed.includes("/") ? typed : `${typed}/${typed.includes(":") ? 128 : 32}`);
    // Addresses with a zone count on one link only, and an IPv4 address in IPv6 is compared as what it carries.
    if (network !== null && !/%|^::ffff:/i.test(network.address)) return `${network.address}/${network.prefix}`;
    context.addIssue({
      code: "custom",
      message: `"${typed.slice(0, 50)}" is no IP address range. Write ranges like 203.0.113.0/24 or 2001:db8::/32.`,
    });
    return z.NEVER;
  });

export const tokenInput = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, "Enter a name that says what the token is for.")
    .max(TOKEN_NAME_LIMIT, `A name has at most ${TOKEN_NAME_LIMIT} characters.`)
    .regex(/^\P{Cc}*$/u, "A name is one line of text."),
  role: z.enum(ROLES, "Choose one of the roles."),
  days: z.int(NO_DAYS).min(TOKEN_DAYS_MIN, NO_DAYS).max(TOKEN_DAYS_MAX, NO_DAYS),
  ranges: z.array(range).max(TOKEN_RANGES_MAX, `A token has at most ${TOKEN_RANGES_MAX} IP address ranges.`),
});
export type TokenInput = z.output<typeof tokenInput>;

export const knownToken = z.strictObject({ tokenId: z.uuid("This is not the id of a token.") });

export type TokenView = {
  id: string;
  name: string;
  /** How it begins. */
  hint: string;
  role: Role;
  /** What it may at this moment: less than its role while its owner may less. */
  presentRole: Role;
  ownerEmail: string;
  isYours: boolean;
  state: TokenState;
  createdAt: Date;
  expiresAt: Date;
  ranges: string[];
  lastUsedAt: Date | null;
  lastUsedFrom: string | null;
  revokedAt: Date | null;
  revokedByLabel: string | null;
};
