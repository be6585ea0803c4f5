import { describe, expect, test } from "vitest";
import { contentSecurityPolicy, isForeignWrite, securityHeaders } from "@/lib/http/browser-guard";
import { clientAddress, networkAddressOf } from "@/lib/http/request";

const PUBLIC = "https://certs.example.test";

describe("a write from a foreign page", () => {
  test.each([
    ["POST", { origin: "https://evil.example", host: "certs.example.test" }],
    ["POST", { origin: "null", host: "certs.example.test" }],
    ["POST", { origin: "https://certs.example.test.evil.example", host: "certs.example.test" }],
    ["DELETE", { origin: "https://evil.example", host: "certs.example.test" }],
    ["POST", { "sec-fetch-site": "cross-site", host: "certs.example.test" }],
    ["POST", { "sec-fetch-site": "same-site", host: "certs.example.test" }],
    ["POST", { origin: "https://other.example.test", "sec-fetch-site": "same-site", host: "certs.example.test" }],
  ])("%s with %j is refused", (method, headers) => {
    expect(isForeignWrite(method, new Headers(headers), PUBLIC)).toBe(true);
  });

  test.each([
    ["GET", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
    ["POST", { host: "certs.example.test" }],
    ["POST", { origin: "https://certs.example.test", "sec-fetch-site": "same-origin", host: "10.0.0.7:3000" }],
    ["POST", { origin: "http://localhost:3000", "sec-fetch-site": "same-origin", host: "localhost:3000" }],
  ])("%s with %j goes on", (method, headers) => {
    expect(isForeignWrite(method, new Headers(headers), PUBLIC)).toBe(false);
  });
});

describe("the headers of an answer", () => {
  test("the policy lets in only scripts with the nonce, and eval never outside development", () => {
    const policy = contentSecurityPolicy("abc", { development: false });
    expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
    expect(policy).not.toMatch(/unsafe/);
  });

  test("transport security is asked for where the public address is https", () => {
    expect(securityHeaders(PUBLIC)).toHaveProperty("strict-transport-security");
    expect(securityHeaders("http://127.0.0.1:3000")).not.toHaveProperty("strict-transport-security");
  });
});

describe("the exact address of a request", () => {
  test.each([
    [{ "x-certsweep-address": "203.0.113.9", "x-forwarded-for": "198.51.100.1" }, "203.0.113.9"],
    [{ "x-certsweep-address": "127.0.0.1", "x-forwarded-for": "6.6.6.6, 2001:DB8::1" }, "2001:db8::1"],
    [{ "x-certsweep-address": "::ffff:203.0.113.9" }, "203.0.113.9"],
    [{ "x-certsweep-address": "fe80::12%eth0", "x-forwarded-for": "" }, "fe80::12"],
    [{ "x-certsweep-address": "2001:db8:0:12::5" }, "2001:db8:0:12::5"],
    [{}, "unknown"],
  ])("%j is %s", (headers, address) => {
    expect(clientAddress(new Headers(Object.entries(headers)), PUBLIC)).toBe(address);
  });
});

describe("the network address of a request", () => {
  test.each([
    [{ "x-certsweep-address": "203.0.113.9", "x-forwarded-for": "198.51.100.1" }, "203.0.113.9"],
    [{ "x-certsweep-address": "127.0.0.1", "x-forwarded-for": "6.6.6.6, 198.51.100.1" }, "198.51.100.1"],
    [{ "x-certsweep-address": "::ffff:10.0.0.2", "x-forwarded-for": "198.51.100.1" }, "198.51.100.1"],
    [{ "x-certsweep-address": "::ffff:203.0.113.9" }, "203.0.113.9"],
    [{ "x-certsweep-address": "127.0.0.1", "x-forwarded-for": "nonsense" }, "127.0.0.1"],
    [{ "x-certsweep-address": "2001:db8:0:12::5" }, "2001:db8:0:12::/64"],
    [{ "x-certsweep-address": "2001:db8::12:0:0:0:5" }, "2001:db8:0:12::/64"],
    [{}, "unknown"],
  ])("%j counts as %s", (headers, address) => {
    expect(networkAddressOf(headers, PUBLIC)).toBe(address);
  });

  test.each([
    [{ "x-certsweep-address": "10.0.0.2", "x-forwarded-for": "198.51.100.1" }, "10.0.0.2"],
    [{ "x-certsweep-address": "::ffff:192.168.1.7", "x-forwarded-for": "198.51.100.1" }, "192.168.1.7"],
    [{ "x-certsweep-address": "::1", "x-forwarded-for": "198.51.100.1" }, "198.51.100.1"],
  ])("without a public https address, %j counts as %s", (headers, address) => {
    expect(networkAddressOf(headers, "http://certs.example.test:3000")).toBe(address);
  });
});
