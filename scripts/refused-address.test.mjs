import { expect, test } from "vitest";
import { FAILURES } from "@/lib/cloudflare/rules";
import { API_PROBLEMS } from "@/lib/http/api-problem";
import { refusedWith } from "./refused-address.mjs";

test.each([
  ["GET", "/", null],
  ["POST", "/certificates/upload?x=%", null],
  ["GET", "/certificates/%E2%82%AC", null],
  ["GET", "/api/v1/certificates?q=%", null],
  ["TRACE", "/", 405],
  ["PROPFIND", "/", 405],
  ["OPTIONS", "*", 400],
  ["GET", "http://elsewhere.example/", 400],
  ["GET", "/certificates/%", 400],
  ["GET", "/certificates/%E0%A4%A", 400],
  ["GET", "/api/v1/certificates/%", 400],
  ["TRACE", "/api/v1", 405],
  ["GET", "/client/v4/accounts/%", 404],
  ["TRACE", "/client/v4/accounts", 405],
])("%s %s is refused with %s", (method, url, status) => {
  expect(refusedWith({ method, url })?.status ?? null).toBe(status);
});

test("people are told in plain words", () => {
  expect(refusedWith({ method: "GET", url: "/api/v1x/%" })).toMatchObject({
    headers: { "Content-Type": "text/plain; charset=utf-8" },
    body: "This address is not well formed.\n",
  });
});

test.each([
  ["GET", "/api/v1/removals/%", "invalid-request"],
  ["TRACE", "/api/v1/removals", "method-not-allowed"],
])("programs are told of %s %s by a problem of the API", (method, url, name) => {
  const { status, headers, body } = refusedWith({ method, url });
  const { title, status: expected } = API_PROBLEMS[name];
  expect(headers).toMatchObject({ "Content-Type": "application/problem+json", "X-Request-Id": expect.any(String) });
  expect(headers.Allow === undefined).toBe(status !== 405);
  expect(JSON.parse(body)).toEqual({
    ...{ type: `/docs/api#${name}`, title, status, detail: expect.any(String), request_id: headers["X-Request-Id"] },
  });
  expect(status).toBe(expected);
});

test.each([
  ["GET", "/client/v4/accounts/%", ["identifier", "route"]],
  ["TRACE", "/client/v4/accounts", ["method"]],
])("Cloudflare's clients are told of %s %s in their envelope", (method, url, names) => {
  const { status, headers, body } = refusedWith({ method, url });
  const errors = names.map((name) => ({ code: FAILURES[name].code, message: FAILURES[name].message }));
  expect(headers["Content-Type"]).toBe("application/json");
  expect(JSON.parse(body)).toEqual({ success: false, errors, messages: [], result: null });
  expect(status).toBe(FAILURES[names[0]].status);
});
