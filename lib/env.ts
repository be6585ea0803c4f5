import path from "node:path";
import { z } from "zod";
import { AppError } from "@/lib/errors";
import { DEFAULT_NETWORKS, parseNetworks } from "@/lib/network/rules";

const OIDC_NAMES = ["CERTSWEEP_OIDC_ISSUER", "CERTSWEEP_OIDC_CLIENT_ID", "CERTSWEEP_OIDC_CLIENT_SECRET"] as const;

const NETWORKS = "must list public, private, loopback or networks like 10.20.0.0/16, with commas between them.";

/** A variable that is set to nothing counts as not set. */
const optionalText = z.preprocess((value) => (value === "" ? undefined : value), z.string().optional());

const encryptionKey = z
  .string("must be set to 32 bytes in base64.")
  .regex(/^[A-Za-z0-9+/]{43}=$/, "must be 32 bytes in base64 (44 characters).")
  .transform((text) => Buffer.from(text, "base64"));

const environment = z
  .object({
    DATABASE_URL: z.url("must be the address of a PostgreSQL database."),
    CERTSWEEP_URL: z.url("must be an http or https address.").default("http://127.0.0.1:3000"),
    /** Where clients fetch what private CAs publish, where that is not CERTSWEEP_URL. */
    CERTSWEEP_PKI_URL: optionalText.pipe(
      z.url({ protocol: /^https?$/, message: "must be an http or https address." }).optional(),
    ),
    CERTSWEEP_SECRET: z.string("must be set to at least 32 characters.").min(32, "must have at least 32 characters."),
    CERTSWEEP_ENCRYPTION_KEY: encryptionKey,
    /** Opens what it sealed, and seals nothing. */
    CERTSWEEP_ENCRYPTION_KEY_PREVIOUS: z.preprocess(
      (value) => (value === "" ? undefined : value),
      encryptionKey.optional(),
    ),
    /** Set by the launcher when the key was generated: where it lies. */
    CERTSWEEP_KEY_FOLDER: optionalText,
    CERTSWEEP_PROBE_NETWORKS: optionalText.transform((text, context) => {
      const networks = parseNetworks(text ?? DEFAULT_NETWORKS);
      if (networks !== null) return networks;
      context.addIssue({ code: "custom", message: NETWORKS });
      return z.NEVER;
    }),
    /** The folder that destinations of the kind "files" write below; without it there are none. */
    CERTSWEEP_FILES_ROOT: optionalText.refine(
      (text) => text === undefined || path.isAbsolute(text),
      "must be an absolute path.",
    ),
    CERTSWEEP_ADMIN_EMAIL: optionalText,
    CERTSWEEP_ADMIN_PASSWORD: optionalText,
    CERTSWEEP_OIDC_ISSUER: optionalText.pipe(z.url("must be an http or https address.").optional()),
    CERTSWEEP_OIDC_CLIENT_ID: optionalText,
    CERTSWEEP_OIDC_CLIENT_SECRET: optionalText,
    // An unknown person may join as viewer and as nothing more: every higher role is given by a person.
    CERTSWEEP_OIDC_DEFAULT_ROLE: optionalText.pipe(
      z
        .literal("viewer", 'can only be "viewer". Leave it out if unknown people may not join by themselves.')
        .optional(),
    ),
  })
  .superRefine((settings, context) => {
    const missing = OIDC_NAMES.filter((name) => settings[name] === undefined);
    if (missing.length === 0 || missing.length === OIDC_NAMES.length) return;
    const message = `is missing: ${OIDC_NAMES.join(", ")} only work together.`;
    for (const name of missing) context.addIssue({ code: "custom", path: [name], message });
  });

type Environment = z.infer<typeof environment>;

let parsed: Environment | undefined;

/**
 * The settings of this process, read once. The launcher fills in what has a default (scripts/environment.mjs).
 * @throws AppError naming each variable that is wrong, never its value
 */
export function env(): Environment {
  parsed ??= readEnvironment(process.env);
  return parsed;
}

/** Reads settings from variables. */
export function readEnvironment(variables: Record<string, string | undefined>): Environment {
  const result = environment.safeParse(variables);
  if (result.success) return result.data;
  const sentences = result.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  throw new AppError("unavailable", sentences.join(" "));
}
