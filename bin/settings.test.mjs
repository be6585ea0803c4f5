import { describe, expect, test } from "vitest";
import { EXIT } from "./failure.mjs";
import { readSettings } from "./settings.mjs";

const TOKEN = "csw_abc";
const read = (url, options = { allowsHttp: false }) =>
  readSettings({ CERTSWEEP_URL: url, CERTSWEEP_TOKEN: TOKEN }, options).url.href;

function refusal(env) {
  try {
    readSettings(env, { allowsHttp: false });
  } catch (error) {
    expect(error.exit).toBe(EXIT.usage);
    return error.message;
  }
  throw new Error("the settings were taken");
}

test("the server is this machine's unless told otherwise", () => {
  expect(read(undefined)).toBe("http://127.0.0.1:3000/");
  expect(read("")).toBe("http://127.0.0.1:3000/");
  expect(read("https://certs.example.com/below")).toBe("https://certs.example.com/below/");
});

describe("a token crosses a network in the clear only when somebody says so", () => {
  test.each(["http://127.9.9.9", "http://localhost:1", "http://[::1]:3", "http://certs.localhost"])("%s", (url) => {
    expect(() => read(url)).not.toThrow();
  });
  test.each(["http://certs.example.com", "http://10.0.0.1", "http://localhost.example.com", "http://[::2]"])(
    "%s is refused",
    (url) => {
      expect(() => read(url)).toThrow(/--insecure-http/);
      expect(() => read(url, { allowsHttp: true })).not.toThrow();
    },
  );
});

test("an address that is none is refused", () => {
  for (const CERTSWEEP_URL of ["certs.example.com", "ftp://x", "https://u:p@x", "https://x/?a", "https://x/#a"])
    expect(refusal({ CERTSWEEP_URL, CERTSWEEP_TOKEN: TOKEN })).toContain("CERTSWEEP_URL");
});

test("a token that is missing or broken is refused without showing it", () => {
  expect(refusal({})).toContain("CERTSWEEP_TOKEN is not set");
  const sentence = refusal({ CERTSWEEP_TOKEN: "csw_secret\r\nx: y" });
  expect(sentence).toContain("CERTSWEEP_TOKEN");
  expect(sentence).not.toContain("secret");
  expect(readSettings({ CERTSWEEP_TOKEN: "csw_abc\n" }, { allowsHttp: false }).token).toBe("csw_abc");
});
