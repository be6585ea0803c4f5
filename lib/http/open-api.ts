import "server-only";
import { z } from "zod";
import { PERMISSIONS } from "@/lib/auth/rules";
import { API_PROBLEMS } from "@/lib/http/api-problem";
import type { ApiDeclaration, ApiHandler } from "@/lib/http/api-route";
import { IDEMPOTENCY_HOURS } from "@/lib/idempotency/rules";
import { BLOCKERS } from "@/lib/removal/rules";

/** A JSON Schema (2020-12), as far as anybody here reads it. */
export type JsonSchema = {
  $ref?: string | undefined;
  type?: string | string[] | undefined;
  format?: string | undefined;
  description?: string | undefined;
  enum?: unknown[] | undefined;
  const?: unknown;
  anyOf?: JsonSchema[] | undefined;
  items?: JsonSchema | undefined;
  properties?: Record<string, JsonSchema> | undefined;
  required?: string[] | undefined;
};

const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    format: z.string().optional(),
    description: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    anyOf: z.array(jsonSchema).optional(),
    items: jsonSchema.optional(),
    properties: z.record(z.string(), jsonSchema).optional(),
    required: z.array(z.string()).optional(),
  }),
);

type Schemas = Record<string, JsonSchema>;
type Content = Record<string, { schema: JsonSchema }>;
type Place = "path" | "query" | "header";
type Parameter = { name: string; in: Place; required: boolean; schema: JsonSchema; description?: string };

export type ApiOperation = {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, { description: string; content: Content }>;
};

/** The document about an API (OpenAPI 3.1), made of the declarations of its routes, by path and method. */
export function describeApi(routes: Record<string, Partial<Record<string, ApiHandler>>>) {
  const schemas: Schemas = {};
  const paths: Record<string, Record<string, ApiOperation>> = {};
  for (const [path, handlers] of Object.entries(routes)) {
    const operations = Object.entries(handlers).flatMap(([method, handler]) =>
      handler === undefined
        ? []
        : [[method.toLowerCase(), operationOf(path, { method, ...handler.declaration }, schemas)]],
    );
    paths[path] = Object.fromEntries(operations);
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Certsweep",
      version: "1",
      description: "Certificates, what uses them, removals and the cleanup, by program.",
    },
    servers: [{ url: "/api/v1" }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas: { ...schemas, Problem: convert(problem, { schemas, io: "output" }) },
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "An API token, csw_…" } },
    },
  };
}

const problem = z.object({
  type: z.string().meta({ description: "/docs/api# and one of the names on that page." }),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  fields: z.record(z.string(), z.string()).optional().meta({ description: "A sentence for each part that is wrong." }),
  blockers: z.array(z.object({ blocker: z.enum(BLOCKERS), sentence: z.string() })).optional(),
  request_id: z.string().meta({ description: "The server's log knows the request by it." }),
});

function operationOf(path: string, route: ApiDeclaration & { method: string }, schemas: Schemas): ApiOperation {
  const { method, can, summary, params, query, body, answer, isForm, isCsv, statuses = { 200: "Done." } } = route;
  const isPost = method === "POST";
  const bodySchema = convert(body, { schemas, io: "input" });
  const hasBody = Object.keys(bodySchema.properties ?? {}).length > 0;
  const content = { [isCsv ? "text/csv" : "application/json"]: { schema: convert(answer, { schemas, io: "output" }) } };
  const answers = Object.entries(statuses).map(([status, description]) => [status, { description, content }]);
  const bodyContent = { [isForm ? "multipart/form-data" : "application/json"]: { schema: bodySchema } };
  return {
    operationId: idOf(method, path),
    tags: [path.split("/")[1] ?? ""],
    summary,
    description: `The token's role must be ${PERMISSIONS[can]} or above.`,
    parameters: [
      ...parametersOf("path", convert(params, { schemas, io: "input" })),
      ...parametersOf("query", convert(query, { schemas, io: "input" })),
      ...(isPost ? [IDEMPOTENCY_PARAMETER] : []),
    ],
    ...(hasBody ? { requestBody: { required: true, content: bodyContent } } : {}),
    responses: { ...Object.fromEntries(answers), "4XX": REFUSED, "5XX": REFUSED },
  };
}

const REFUSED = {
  description: `A problem (RFC 9457): ${Object.keys(API_PROBLEMS).join(", ")}.`,
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

const IDEMPOTENCY_PARAMETER: Parameter = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: `Any text. The same request with the same key is carried out once in ${IDEMPOTENCY_HOURS} hours.`,
  schema: { type: "string" },
};

function parametersOf(place: "path" | "query", { properties = {}, required = [] }: JsonSchema): Parameter[] {
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

/** "GET", "/cleanup/runs/{id}" is getCleanupRunsId. */
function idOf(method: string, path: string): string {
  const words = path.split(/[^A-Za-z]+/).filter((word) => word !== "");
  return [method.toLowerCase(), ...words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)].join("");
}

/** A schema as JSON Schema. Those with an id go to `schemas`, and are referred to. */
function convert(schema: z.ZodType, { schemas, io }: { schemas: Schemas; io: "input" | "output" }): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema: part }) => {
      // The format says it; zod's pattern for a date is a screen long.
      if (part.format === "date-time" || part.format === "uuid") delete part.pattern;
    },
  });
  const text = JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/');
  const { $defs, $schema: _, ...rest } = converted.parse(JSON.parse(text));
  for (const [name, { id: __, ...part }] of Object.entries($defs)) schemas[name] = jsonSchema.parse(part);
  return jsonSchema.parse(rest);
}

const converted = z.looseObject({ $schema: z.string(), $defs: z.record(z.string(), z.looseObject({})).default({}) });
