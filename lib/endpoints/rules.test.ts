import { expect, test } from "vitest";
import { PROTOCOL_LABELS, PROTOCOLS, readHost, USUAL_PORTS } from "@/lib/endpoints/rules";

test.each([
  ["example.com", "example.com", "name"],
  ["  Example.COM. ", "example.com", "name"],
  ["localhost", "localhost", "name"],
  ["_smtp.internal_host.example", "_smtp.internal_host.example", "name"],
  ["bücher.example", "xn--bcher-kva.example", "name"],
  ["BÜCHER。example", "xn--bcher-kva.example", "name"],
  ["0x7f.example", "0x7f.example", "name"],
  ["1.2.3.4.example", "1.2.3.4.example", "name"],
  [`${"a".repeat(63)}.example`, `${"a".repeat(63)}.example`, "name"],
  [`${"a.".repeat(126)}a`, `${"a.".repeat(126)}a`, "name"],
  ["192.0.2.10", "192.0.2.10", "ipv4"],
  ["0.0.0.0", "0.0.0.0", "ipv4"],
  ["255.255.255.255", "255.255.255.255", "ipv4"],
  ["192.0.2.10.", "192.0.2.10", "ipv4"],
  ["[2001:DB8::0:1]", "2001:db8::1", "ipv6"],
  ["2001:db8:0:0:0:0:0:1", "2001:db8::1", "ipv6"],
  ["::1", "::1", "ipv6"],
  ["::ffff:127.0.0.1", "::ffff:7f00:1", "ipv6"],
])("%s is read as %s", (typed, host, kind) => {
  expect(readHost(typed)).toEqual({ host, kind });
});

const IPV4 = "Write an IPv4 address as four decimal numbers from 0 to 255, such as 192.0.2.10.";
const TOO_LONG = "A host name has at most 253 characters, and 63 between two dots.";

test.each([
  ["", "Enter a host name or an IP address."],
  ["  ", "Enter a host name or an IP address."],
  ["https://example.com", "Enter the host alone, without https:// and without a path."],
  ["example.com/path", "Enter the host alone, without https:// and without a path."],
  ["10.0.0.0/8", "Enter the host alone, without https:// and without a path."],
  ["user@example.com", "Enter the host alone, without a user name."],
  ["two words", "A host has no spaces in it."],
  ["exam\tple", "A host has no spaces in it."],
  ["fe80::1%eth0", "An address with a zone means something else on every machine. Enter it without one."],
  ["example.com:443", "Enter the port in its own field."],
  ["[::1]:443", "This is not an IPv6 address."],
  ["1:2:3", "This is not an IPv6 address."],
  ["[127.0.0.1]", "This is not an IPv6 address."],
  ["[example.com]", "This is not an IPv6 address."],
  ["2130706433", IPV4],
  ["0x7f000001", IPV4],
  ["0x7f.1", IPV4],
  ["127.1", IPV4],
  ["0177.0.0.1", IPV4],
  ["127.0.0.01", IPV4],
  ["127.0.0.256", IPV4],
  ["1.2.3.4.5", IPV4],
  ["127.0.0.0x1", IPV4],
  ["１２７.0.0.1", IPV4],
  ["127。0。0。1", IPV4],
  ["①②⑦.0.0.1", IPV4],
  ["127.0.0.1\u00ad", IPV4],
  ["127.0.0.1..", IPV4],
  [".example.com", "This is neither a host name nor an IP address."],
  ["example..com", "This is neither a host name nor an IP address."],
  ["*.example.com", "This is neither a host name nor an IP address."],
  ["-a.example", "This is neither a host name nor an IP address."],
  ["a-.example", "This is neither a host name nor an IP address."],
  ["exa|mple", "This is neither a host name nor an IP address."],
  ["exa?mple", "This is neither a host name nor an IP address."],
  ["exa#mple", "This is neither a host name nor an IP address."],
  ["exa\\mple", "This is neither a host name nor an IP address."],
  ["\u00ad", "This is neither a host name nor an IP address."],
  [`${"a".repeat(64)}.example`, TOO_LONG],
  [`${"ü".repeat(63)}.example`, TOO_LONG],
  [`${"a.".repeat(126)}ab`, TOO_LONG],
])("%s is refused", (typed, problem) => {
  expect(readHost(typed)).toEqual({ problem });
});

test("what is far too long is not looked at", () => {
  expect(readHost("a".repeat(100_000))).toEqual({ problem: TOO_LONG });
});

test("every protocol has a label of its own, and ports that no other one is spoken on", () => {
  expect(new Set(PROTOCOLS.map((protocol) => PROTOCOL_LABELS[protocol])).size).toBe(PROTOCOLS.length);
  const ports = PROTOCOLS.flatMap((protocol) => USUAL_PORTS[protocol]);
  expect(ports).toEqual([443, 25, 587, 143, 110, 389, 5432]);
});
