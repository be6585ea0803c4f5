import { z } from "zod";
import { PER_PAGE_DEFAULT, PER_PAGE_MAX } from "@/lib/cloudflare/rules";

/** A path's certificate; null for what cannot be the id of one, which is found nowhere. */
export const certificatePath = z.object({ id: z.guid().nullable().catch(null) });

export const nothing = z.object({});

/** Unknown fields are passed over, as new fields of Cloudflare's clients have to be. */
export const createInput = z.object({
  certificates: z.string("“certificates” must be a text with certificates in PEM."),
  ca: z.boolean("“ca” must be true or false."),
  name: z.string("“name” must be a text.").nullish(),
  private_key: z.string("“private_key” must be a text with a key in PEM.").nullish(),
});
export type CreateInput = z.infer<typeof createInput>;

/** A parameter may come several times; all but `type` take the last. */
const given = z.array(z.string()).transform((values) => values.at(-1));
const wholeNumber = (name: string, most: number) =>
  given.pipe(
    z
      .string()
      .regex(/^[1-9]\d{0,8}$/, `“${name}” must be a whole number from 1 on.`)
      .transform(Number)
      .pipe(z.number().max(most, `“${name}” may be ${most} at most.`))
      .optional(),
  );

/** Null where the query asks for everything in one page. */
const noPages = null;

const pageNumber = wholeNumber("page", 999_999_999).optional();
const pageSize = wholeNumber("per_page", PER_PAGE_MAX).optional();

/** For lists of one: clients ask for the next page until there is nothing on it. */
export const singleInput = z.object({ page: pageNumber }).transform(({ page = 1 }) => ({ page }));

export const listInput = z
  .object({
    /** Repeated, as the SDK sends it, or with commas, as the schema of the API says. */
    type: z
      .array(z.string())
      .transform((values) => values.flatMap((value) => value.split(",")).filter(Boolean))
      .optional(),
    ca: given.pipe(z.enum(["true", "false"], "“ca” must be true or false.").optional()).optional(),
    name: given.optional(),
    page: pageNumber,
    per_page: pageSize,
  })
  .transform(({ type = [], ca, name, page, per_page: perPage }) => ({
    // Every certificate here is of the type "custom", and no name has a NUL, which PostgreSQL refuses.
    isEmpty: (type.length > 0 && !type.includes("custom")) || (name?.includes("\0") ?? false),
    isCa: ca === undefined ? null : ca === "true",
    name: name ?? null,
    page:
      page === undefined && perPage === undefined ? noPages : { page: page ?? 1, perPage: perPage ?? PER_PAGE_DEFAULT },
  }));
export type ListInput = z.output<typeof listInput>;

const moment = z.string().regex(/^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

/** A certificate as Cloudflare's clients read it. Its private key is never part of it. */
export const wireCertificate = z.strictObject({
  id: z.guid(),
  ca: z.boolean(),
  certificates: z.string(),
  expires_on: moment,
  issuer: z.string(),
  name: z.string(),
  /** Decimal. */
  serial_number: z.string().regex(/^-?\d+$/),
  signature: z.string(),
  type: z.literal("custom"),
  uploaded_on: moment,
});
export type WireCertificate = z.infer<typeof wireCertificate>;

export const ASSOCIATION_STATUSES = [
  "initializing",
  "pending_deployment",
  "active",
  "pending_deletion",
  "deployment_timed_out",
  "deletion_timed_out",
] as const;
export const wireAssociation = z.strictObject({ service: z.string(), status: z.enum(ASSOCIATION_STATUSES) });
export type WireAssociation = z.infer<typeof wireAssociation>;
