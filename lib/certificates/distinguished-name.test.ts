import { describe, expect, test } from "vitest";
import { readElement } from "./asn1-element";
import { type DistinguishedName, readDistinguishedName, shortLabel } from "./distinguished-name";

const identifiers = { CN: "0603550403", O: "060355040a", OU: "060355040b", unknown: "06022a03" } as const;

function element(tag: number, ...parts: Buffer[]): Buffer {
  const inside = Buffer.concat(parts);
  const length = inside.length < 128 ? [inside.length] : [0x82, inside.length >> 8, inside.length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), inside]);
}

const attribute = (type: keyof typeof identifiers, value: string | Buffer, tag = 0x0c) =>
  element(0x30, Buffer.from(identifiers[type], "hex"), element(tag, Buffer.from(value)));

/** Reads a name whose every argument is one SET of attributes. */
function read(...sets: Buffer[][]): DistinguishedName {
  const root = readElement(element(0x30, ...sets.map((attributes) => element(0x31, ...attributes))));
  if (root === undefined) throw new Error("The name of this test is no DER.");
  return readDistinguishedName(root);
}

describe("a distinguished name as RFC 4514 text", () => {
  test.each<[string, Buffer[][], string]>([
    ["nothing", [], ""],
    ["the last attribute first", [[attribute("O", "Maker")], [attribute("CN", "a")]], "CN=a,O=Maker"],
    ["several in one set", [[attribute("O", "Maker"), attribute("CN", "a")]], "O=Maker+CN=a"],
    ["an empty set", [[], [attribute("CN", "a")]], "CN=a"],
    ["an unknown type", [[attribute("unknown", "a")]], "1.2.3=#0c0161"],
    ["a value that is no text", [[attribute("CN", "a", 0x04)]], "CN=#040161"],
    ["special characters", [[attribute("CN", '"+,;<>\\=')]], 'CN=\\"\\+\\,\\;\\<\\>\\\\='],
    ["a hash and a space at the start", [[attribute("CN", "#a"), attribute("O", " a")]], "CN=\\#a+O=\\ a"],
    ["a space at the end", [[attribute("CN", "a ")]], "CN=a\\ "],
    ["a single space", [[attribute("CN", " ")]], "CN=\\ "],
    ["a backslash and a space at the end", [[attribute("CN", "\\ ")]], "CN=\\\\\\ "],
    ["a NUL and a line end", [[attribute("CN", "a\0b\n")]], "CN=a\\00b\\0A"],
    ["a mark that turns the text around", [[attribute("CN", "a\u202eb")]], "CN=a\\E2\\80\\AEb"],
    ["Latin-1 in TeletexString", [[attribute("CN", Buffer.of(0xfc), 0x14)]], "CN=ü"],
    ["BMPString", [[attribute("CN", Buffer.from("0041d83dde00", "hex"), 0x1e)]], "CN=A😀"],
    ["half a surrogate pair", [[attribute("CN", Buffer.from("d83d0041", "hex"), 0x1e)]], "CN=\ufffdA"],
    ["UniversalString", [[attribute("CN", Buffer.from("0001f600", "hex"), 0x1c)]], "CN=😀"],
    ["broken UTF-8", [[attribute("CN", Buffer.of(0x61, 0xff))]], "CN=a\ufffd"],
  ])("%s", (_, sets, text) => {
    expect(read(...sets).text).toBe(text);
  });

  test("what is no name at all is shown in hex and said", () => {
    const root = readElement(Buffer.from("30020500", "hex"));
    expect(root && readDistinguishedName(root)).toMatchObject({ text: "#30020500", isMalformed: true });
  });

  test("the last common name counts, an empty one does not, and control characters are visible", () => {
    expect(read([attribute("CN", "first")], [attribute("CN", "last")]).commonName).toBe("last");
    expect(read([attribute("CN", "")]).commonName).toBeNull();
    expect(read([attribute("CN", "a\0b")]).commonName).toBe("a\\00b");
  });
});

describe("the short label of an issuer", () => {
  test.each<[string, Buffer[][], string]>([
    [
      "common name and organisation",
      [[attribute("O", "Let's Encrypt")], [attribute("CN", "R11")]],
      "R11, Let's Encrypt",
    ],
    ["an organisation that the name holds", [[attribute("O", "Acme")], [attribute("CN", "ACME Root")]], "ACME Root"],
    ["no common name", [[attribute("O", "Acme")], [attribute("OU", "Roots")]], "Roots, Acme"],
    ["an organisation alone", [[attribute("O", "Acme")]], "Acme"],
    ["none of them", [[attribute("unknown", "a")]], "1.2.3=#0c0161"],
    ["an empty name", [], ""],
  ])("%s", (_, sets, label) => {
    expect(shortLabel(read(...sets))).toBe(label);
  });
});
