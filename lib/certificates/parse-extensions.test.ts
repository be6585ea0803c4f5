import { describe, expect, test } from "vitest";
import { readElement } from "./asn1-element";
import { readExtensions } from "./parse-extensions";
import { readGeneralName } from "./parse-general-name";

const hex = (octets: Buffer | string) => (typeof octets === "string" ? octets : octets.toString("hex"));

/** A DER element of fewer than 128 octets, in hex. */
function element(tag: string, ...parts: (Buffer | string)[]): string {
  const inside = parts.map(hex).join("");
  return tag + (inside.length / 2).toString(16).padStart(2, "0") + inside;
}

const extension = (identifier: string, value: string) => element("30", element("06", identifier), element("04", value));

function read(...extensions: string[]) {
  const oddities = new Set<string>();
  const facts = readExtensions(readElement(Buffer.from(element("a3", element("30", ...extensions)), "hex")), oddities);
  return { ...facts, oddities: [...oddities] };
}

describe("extensions", () => {
  test.each([
    ["0780", ["digitalSignature"]],
    ["0106", ["keyCertSign", "cRLSign"]],
    ["070080", ["decipherOnly"]],
    ["00", []],
  ])("key usage bits %s", (bits, names) => {
    expect(read(extension("551d0f", element("03", bits)))).toMatchObject({ keyUsage: names, oddities: [] });
  });

  test("basic constraints say whether it is a CA and how long the path may be", () => {
    expect(read(extension("551d13", "3000"))).toMatchObject({ isCa: false, pathLength: null, oddities: [] });
    expect(read(extension("551d13", "30030101ff"))).toMatchObject({ isCa: true, pathLength: null, oddities: [] });
    expect(read(extension("551d13", "30060101ff020103"))).toMatchObject({ isCa: true, pathLength: 3, oddities: [] });
    expect(read(extension("551d13", "30060101ff0201ff"))).toMatchObject({ isCa: true, pathLength: null });
  });

  test("extended key usages have their names, unknown ones their OID", () => {
    const purposes = element("30", "06082b06010505070301", "06022a03");
    expect(read(extension("551d25", purposes)).extendedKeyUsage).toEqual(["serverAuth", "1.2.3"]);
  });

  test("addresses of CRL, OCSP and issuer", () => {
    const uri = (text: string) => element("86", Buffer.from(text));
    const points = element("30", element("30", element("a0", element("a0", uri("http://crl"), uri("ldap://crl")))));
    const access = element(
      "30",
      element("30", "06082b06010505073001", uri("http://ocsp")),
      element("30", "06082b06010505073002", uri("http://issuer")),
    );
    expect(read(extension("551d1f", points), extension("2b06010505070101", access))).toMatchObject({
      crlUrls: ["http://crl", "ldap://crl"],
      ocspUrls: ["http://ocsp"],
      issuerUrls: ["http://issuer"],
      oddities: [],
    });
  });

  test("key identifiers", () => {
    const facts = read(extension("551d0e", "0402abcd"), extension("551d23", "30048002ef01"));
    expect(facts).toMatchObject({ subjectKeyId: "abcd", authorityKeyId: "ef01", oddities: [] });
  });

  test("malformed, repeated and unreadable ones are said and do no harm", () => {
    expect(read(extension("551d11", "0500")).oddities).toEqual([
      "The extension subject alternative name is malformed.",
    ]);
    expect(read(extension("551d0e", "0401aa"), extension("551d0e", "0401bb"))).toMatchObject({
      subjectKeyId: "aa",
      oddities: ["The extension subject key identifier occurs more than once."],
    });
    expect(read("0500").oddities).toEqual(["An extension cannot be read."]);
  });
});

describe("alternative names", () => {
  test("beyond fifty thousand are counted only", () => {
    const names = Buffer.from("8200".repeat(50_002), "hex");
    const wrap = (tag: number, inside: Buffer) =>
      Buffer.concat([
        Buffer.of(tag, 0x83, inside.length >> 16, (inside.length >> 8) & 0xff, inside.length & 0xff),
        inside,
      ]);
    const value = wrap(0x04, wrap(0x30, names));
    const whole = wrap(0xa3, wrap(0x30, wrap(0x30, Buffer.concat([Buffer.from("0603551d11", "hex"), value]))));
    const { sans } = readExtensions(readElement(whole), new Set());
    expect(sans).toHaveLength(50_001);
    expect(sans.at(-1)).toEqual({ kind: "malformed", value: "and 2 more names" });
  });

  test.each([
    ["82", "612e6578616d706c65", "dns", "a.example"],
    ["82", "610062", "dns", "a\\00b"],
    ["81", "61406578", "email", "a@ex"],
    ["86", "687474703a2f2f61", "uri", "http://a"],
    ["87", "c0000201", "ip", "192.0.2.1"],
    ["87", "20010db8000000000000000000000001", "ip", "2001:db8::1"],
    ["87", "00000000000000000000000000000000", "ip", "::"],
    ["87", "00010000000000020000000000000003", "ip", "1:0:0:2::3"],
    ["87", "00010002000300040005000600000008", "ip", "1:2:3:4:5:6:0:8"],
    ["87", "c00002", "malformed", "IP address #c00002"],
    ["88", "2a03", "registered_id", "1.2.3"],
    ["88", "2a83", "malformed", "registered ID #2a83"],
    ["a4", "300d310b300906035504030c0261", "malformed", "directory name #300d310b300906035504030c0261"],
    ["a4", "300c310a300806035504030c0161", "directory", "CN=a"],
    ["a0", "060a2b060104018237140203a0030c0161", "other", "UPN:a"],
    ["a0", "06022a03a003020105", "other", "1.2.3:#020105"],
    ["a0", "0500", "malformed", "other name #0500"],
    ["02", "61", "malformed", "name #020161"],
  ])("%s %s", (tag, octets, kind, value) => {
    const name = readElement(Buffer.from(element(tag, octets), "hex"));
    expect(name && readGeneralName(name)).toEqual({ kind, value });
  });
});
