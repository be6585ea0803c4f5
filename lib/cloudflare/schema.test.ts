import fc from "fast-check";
import { expect, test } from "vitest";
import { PER_PAGE_DEFAULT, PER_PAGE_MAX } from "@/lib/cloudflare/rules";
import { certificatePath, createInput, listInput, singleInput } from "@/lib/cloudflare/schema";

const anyText = fc.string({ unit: "binary", maxLength: 40 });
const someTexts = fc.array(anyText, { maxLength: 4 });
/** As the door gives it: each name with every value that the address has for it. */
const anyQuery = fc.dictionary(
  fc.oneof(fc.constantFrom("type", "ca", "name", "page", "per_page"), anyText),
  fc.array(fc.oneof(anyText, fc.constantFrom("true", "false", "1", "7", "1000", "custom", "gateway_managed")), {
    minLength: 1,
    maxLength: 3,
  }),
);

test("no query makes the parser throw, and what it lets through can be asked of the database", () => {
  fc.assert(
    fc.property(anyQuery, (query) => {
      const parsed = listInput.safeParse(query);
      if (!parsed.success) {
        for (const { path, message } of parsed.error.issues) {
          expect(["ca", "page", "per_page"]).toContain(path[0]);
          expect(message).not.toBe("");
        }
        return;
      }
      const { isEmpty, isCa, name, page } = parsed.data;
      expect([true, false, null]).toContain(isCa);
      if (name?.includes("\0")) expect(isEmpty).toBe(true);
      if (page === null) {
        expect(query.page ?? query.per_page).toBeUndefined();
        return;
      }
      expect(Number.isSafeInteger(page.page * page.perPage)).toBe(true);
      expect(page.page).toBeGreaterThanOrEqual(1);
      expect(page.perPage).toBeGreaterThanOrEqual(1);
      expect(page.perPage).toBeLessThanOrEqual(PER_PAGE_MAX);
    }),
    { numRuns: 500 },
  );
});

test("types mean the same repeated and with commas, in any order and with empty ones between", () => {
  const types = fc.array(fc.constantFrom("custom", "gateway_managed", "access_managed", ""), { maxLength: 5 });
  fc.assert(
    fc.property(types, (all) => {
      const wanted = all.filter(Boolean);
      const isEmpty = wanted.length > 0 && !wanted.includes("custom");
      for (const type of [all, [all.join(",")], [...all].reverse()])
        expect(listInput.parse(type.length === 0 ? {} : { type }).isEmpty).toBe(isEmpty);
    }),
  );
});

test("pages are read as they were written, and nothing else is a page", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 999_999_999 }),
      fc.integer({ min: 1, max: PER_PAGE_MAX }),
      (page, perPage) => {
        expect(listInput.parse({ page: [String(page)] }).page).toEqual({ page, perPage: PER_PAGE_DEFAULT });
        expect(listInput.parse({ per_page: [String(perPage)] }).page).toEqual({ page: 1, perPage });
        expect(singleInput.parse({ page: ["0", String(page)] })).toEqual({ page });
      },
    ),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      const parsed = listInput.safeParse({ page: [text] });
      expect(parsed.success).toBe(/^[1-9]\d{0,8}$/.test(text));
    }),
  );
});

test("any JSON object is either a request with the right types, or refused with the fields that are wrong", () => {
  const field = fc.oneof(fc.jsonValue(), fc.boolean(), anyText);
  const body = fc.record(
    { certificates: field, ca: field, name: field, private_key: field, more: field },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(body, (value) => {
      const isTextOrNothing = (one: unknown) => one === undefined || one === null || typeof one === "string";
      const wrong = [
        typeof value.certificates === "string" ? [] : ["certificates"],
        typeof value.ca === "boolean" ? [] : ["ca"],
        isTextOrNothing(value.name) ? [] : ["name"],
        isTextOrNothing(value.private_key) ? [] : ["private_key"],
      ].flat();
      const parsed = createInput.safeParse(value);
      expect(parsed.success ? [] : parsed.error.issues.map(({ path }) => path[0])).toEqual(wrong);
      if (parsed.success) expect(parsed.data).not.toHaveProperty("more");
    }),
    { numRuns: 500 },
  );
});

test("an id of a path is a UUID or nothing, never a refusal", () => {
  fc.assert(
    fc.property(fc.oneof(fc.uuid(), anyText, someTexts), (id) => {
      const read = certificatePath.parse({ id }).id;
      if (read !== null) expect(read).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
      if (typeof id === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) expect(read).toBe(id);
    }),
    { numRuns: 500 },
  );
});
