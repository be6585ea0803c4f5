import { expect, test } from "vitest";
import { addressOctets, readName, readNames } from "./names";

const said = (text: string) => {
  const read = readName(text);
  return "sentence" in read ? read.sentence : `${read.kind} ${read.value}`;
};

test.each([
  ["WWW.Example.COM", "dns www.example.com"],
  [" host ", "dns host"],
  ["a.example.", "dns a.example"],
  ["*.Example.com", "dns *.example.com"],
  ["xn--mnchen-3ya.example", "dns xn--mnchen-3ya.example"],
  ["192.0.2.1", "ip 192.0.2.1"],
  ["2001:DB8:0:0:0:0:0:1", "ip 2001:db8::1"],
  ["[::1]", "ip ::1"],
  ["::ffff:192.0.2.1", "ip ::ffff:c000:201"],
  [`${"a".repeat(63)}.example`, `dns ${"a".repeat(63)}.example`],
])("%j is the name %j", (text, name) => {
  expect(said(text)).toBe(name);
});

test.each([
  ["", "“” is neither a DNS name nor an IP address."],
  ["*", "“*” has a star elsewhere than alone in front, as in “*.example.com”."],
  ["*.", "“*.” has a star elsewhere than alone in front, as in “*.example.com”."],
  ["a.*.example", "“a.*.example” has a star elsewhere than alone in front, as in “*.example.com”."],
  ["w*.example", "“w*.example” has a star elsewhere than alone in front, as in “*.example.com”."],
  ["*.*.example", "“*.*.example” has a star elsewhere than alone in front, as in “*.example.com”."],
  ["*.192.0.2.1", "“*.192.0.2.1” is neither a DNS name nor an IP address."],
  ["192.0.2.256", "“192.0.2.256” is neither a DNS name nor an IP address."],
  ["a_b.example", "“a_b.example” is neither a DNS name nor an IP address."],
  ["-a.example", "“-a.example” is neither a DNS name nor an IP address."],
  ["a..example", "“a..example” is neither a DNS name nor an IP address."],
  ["a b.example", "“a b.example” is neither a DNS name nor an IP address."],
  ["a.example\0", "“a.example\0” is neither a DNS name nor an IP address."],
  ["https://a.example", "“https://a.example” is neither a DNS name nor an IP address."],
  ["fe80::1%eth0", "“fe80::1%eth0” has a zone, which no certificate can name."],
  [
    "münchen.example",
    "“münchen.example” has letters beyond ASCII. Write its labels in their form for the wire, “xn--…”.",
  ],
  [
    "xn--zzzzzzz99.example",
    "“xn--zzzzzzz99.example” has a label in the form for internationalised names that says nothing.",
  ],
  ["ab--c.example", "“ab--c.example” has a label in the form for internationalised names that says nothing."],
  [`${"a".repeat(64)}.example`, `“${"a".repeat(64)}.example” is neither a DNS name nor an IP address.`],
])("%j is refused", (text, sentence) => {
  expect(said(text)).toBe(sentence);
});

test("a name is at most 253 characters long, its wildcard included", () => {
  const long = (length: number) => `${"a.".repeat(200)}example`.slice(-length).replace(/^\./, "a");
  expect(said(long(253))).toBe(`dns ${long(253)}`);
  expect(said(long(254))).toContain("is neither a DNS name nor an IP address.");
});

test("names are kept once each, in the order in which they came, and number 1 to 100", () => {
  expect(readNames(["B.example", "a.example", "b.example.", "::1", "0::1"])).toEqual({
    names: [
      { kind: "dns", value: "b.example" },
      { kind: "dns", value: "a.example" },
      { kind: "ip", value: "::1" },
    ],
  });
  const many = (count: number) => readNames(Array.from({ length: count }, (_, index) => `h${index}.example`));
  expect(many(0)).toEqual({ sentence: "Name at least one host or address." });
  expect(many(100)).toHaveProperty("names.length", 100);
  expect(many(101)).toEqual({ sentence: "A certificate has at most 100 names." });
});

test("addresses become four or sixteen octets", () => {
  const hex = (address: string) => addressOctets(address).toString("hex");
  expect(hex("192.0.2.255")).toBe("c00002ff");
  expect(hex("2001:db8::1:2")).toBe("20010db8000000000000000000010002");
  expect(hex("::")).toBe("0".repeat(32));
  expect(hex("::ffff:192.0.2.1")).toBe("00000000000000000000ffffc0000201");
  expect(hex("::1.2.3.4")).toBe("00000000000000000000000001020304");
  expect(hex("1:2:3:4:5:6:7:8")).toBe("00010002000300040005000600070008");
});
