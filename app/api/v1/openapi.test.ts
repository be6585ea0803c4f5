import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { z } from "zod";
import { GET } from "./openapi.json/route";
import { API_METHODS, API_ROUTES } from "./routes";

const document = z.looseObject({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })),
        requestBody: z.unknown().optional(),
        responses: z.unknown(),
      }),
    ),
  ),
  components: z.object({ schemas: z.record(z.string(), z.unknown()), securitySchemes: z.unknown().optional() }),
});

const read = async () => document.parse(await GET().json());

test("the document is valid OpenAPI 3.1, and whatever it refers to is in it", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(await read());
  expect(errors).toBeUndefined();
  expect([valid, validator.version]).toEqual([true, "3.1"]);
  expect(() => validator.resolveRefs()).not.toThrow();
});

test("the validator finds what is wrong with one", async () => {
  const { paths, ...rest } = await read();
  const { valid } = await new Validator().validate({ ...rest, paths: { certificates: paths } });
  expect(valid).toBe(false);
});

test("every call is in it once, with the parameters of its path", async () => {
  const { paths } = await read();
  const expected = Object.entries(API_ROUTES).flatMap(([path, handlers]) =>
    API_METHODS.filter((method) => handlers[method] !== undefined).map((method) => `${method} ${path}`),
  );
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.toSorted()).toEqual(expected.toSorted());
  const operations = Object.entries(paths).flatMap(([path, each]) => Object.values(each).map((one) => ({ path, one })));
  expect(new Set(operations.map(({ one }) => one.operationId)).size).toBe(operations.length);
  for (const { path, one } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(one.parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name)).toEqual(named);
  }
});

test("says the bodies that the routes take and the schemas that they share", async () => {
  const { paths, components } = await read();
  expect(paths["/certificates"]?.post?.requestBody).toMatchObject({
    required: true,
    content: { "application/json": { schema: { required: ["certificate"], additionalProperties: false } } },
  });
  expect(paths["/certificates"]?.get?.parameters.map(({ name }) => name)).toEqual([
    "status",
    "q",
    "may_be_deleted",
    "use",
    "expires",
    "sort",
    "cursor",
  ]);
  expect(paths["/certificates/upload"]?.post?.requestBody).toMatchObject({
    content: {
      "multipart/form-data": {
        schema: {
          required: ["files"],
          properties: { files: { type: "array", items: { type: "string", format: "binary" } } },
        },
      },
    },
  });
  expect(paths["/certificates/export"]?.get?.responses).toMatchObject({
    200: { content: { "text/csv": { schema: { type: "string" } } } },
  });
  expect(Object.keys(components.schemas)).toEqual(
    expect.arrayContaining(["Certificate", "ListedCertificate", "Deployment", "Removal", "CleanupRun", "Problem"]),
  );
  expect(JSON.stringify(components)).not.toContain("$defs");
});
