import { z } from "zod";
import { ROLES } from "@/lib/accounts/rules";

const environment = z.object({
  DATABASE_URL: z.url(),
  CERTSWEEP_URL: z.url().default("http://127.0.0.1:3000"),
  CERTSWEEP_SECRET: z.string().min(32),
  CERTSWEEP_ADMIN_EMAIL: z.string().optional(),
  CERTSWEEP_ADMIN_PASSWORD: z.string().optional(),
  CERTSWEEP_OIDC_ISSUER: z.url().optional(),
  CERTSWEEP_OIDC_CLIENT_ID: z.string().optional(),
  CERTSWEEP_OIDC_CLIENT_SECRET: z.string().optional(),
  CERTSWEEP_OIDC_DEFAULT_ROLE: z.enum(ROLES).optional(),
});

let parsed: z.infer<typeof environment> | undefined;

/** The settings of this process, read once. The launcher fills in what has a default (scripts/environment.mjs). */
export function env() {
  parsed ??= environment.parse(process.env);
  return parsed;
}
