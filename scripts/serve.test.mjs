import { expect, test } from "vitest";
import { refusedWith } from "./serve.mjs";

test.each([
  ["GET", "/", null],
  ["POST", "/certificates/upload?x=%", null],
  ["GET", "/certificates/%E2%82%AC", null],
  ["TRACE", "/", 405],
  ["PROPFIND", "/", 405],
  ["OPTIONS", "*", 400],
  ["GET", "http://elsewhere.example/", 400],
  ["GET", "/certificates/%", 400],
  ["GET", "/certificates/%E0%A4%A", 400],
])("%s %s is refused with %s", (method, url, status) => {
  expect(refusedWith({ method, url })?.status ?? null).toBe(status);
});
