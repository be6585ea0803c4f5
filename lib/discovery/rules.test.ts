import { expect, test } from "vitest";
import { readEntry, targetAt } from "@/lib/discovery/rules";
import { newScan } from "@/lib/discovery/schema";

function entry(typed: string) {
  const read = readEntry(typed);
  if ("problem" in read) throw new Error(read.problem);
  return read;
}

test.each([
  ["www.Example.com.", "www.example.com", 1, "www.example.com", "www.example.com"],
  ["192.0.2.7", "192.0.2.7", 1, "192.0.2.7", "192.0.2.7"],
  ["192.0.2.7/32", "192.0.2.7/32", 1, "192.0.2.7", "192.0.2.7"],
  ["192.0.2.7/31", "192.0.2.6/31", 2, "192.0.2.6", "192.0.2.7"],
  ["192.0.2.7/24", "192.0.2.0/24", 256, "192.0.2.0", "192.0.2.255"],
  ["10.1.255.255/20", "10.1.240.0/20", 4_096, "10.1.240.0", "10.1.255.255"],
  ["255.255.255.255/20", "255.255.240.0/20", 4_096, "255.255.240.0", "255.255.255.255"],
  ["2001:db8::1", "2001:db8::1", 1, "2001:db8::1", "2001:db8::1"],
  ["[2001:db8::1]/128", "2001:db8::1/128", 1, "2001:db8::1", "2001:db8::1"],
  ["2001:db8::ffff/116", "2001:db8::f000/116", 4_096, "2001:db8::f000", "2001:db8::ffff"],
  ["::1/127", "::/127", 2, "::", "::1"],
  ["::ffff:127.0.0.1/128", "::ffff:7f00:1/128", 1, "::ffff:7f00:1", "::ffff:7f00:1"],
])("%s is %s, %i addresses from %s to %s", (typed, text, count, first, last) => {
  const read = entry(typed);
  expect([read.text, read.count, read.addressAt(0), read.addressAt(read.count - 1)]).toEqual([
    text,
    count,
    first,
    last,
  ]);
  expect(entry(read.text).text).toBe(text);
});

test.each([
  ["10.0.0.0/19", /^A range has 4,096 addresses at most: \/20 for IPv4, \/116 for IPv6\.$/],
  ["2001:db8::/115", /^A range has 4,096 addresses at most/],
  ["0.0.0.0/0", /^A range has 4,096 addresses at most/],
  ["10.0.0.0/33", /^This is not a range of addresses\.$/],
  ["10.0.0.0/", /^Enter the host alone/],
  ["10.0.0.0/24/24", /^Enter the host alone/],
  ["10.0.0/24", /^Enter the host alone/],
  ["0x0a.0.0.0/24", /^Enter the host alone/],
  ["www.example.com/24", /^Enter the host alone/],
  ["https://www.example.com", /^Enter the host alone/],
  ["10.1", /^Write an IPv4 address as four decimal numbers/],
])("%s is refused", (typed, problem) => {
  expect(readEntry(typed)).toEqual({ problem: expect.stringMatching(problem) });
});

test("every address is met once on every port", () => {
  const entries = [entry("a.test"), entry("192.0.2.6/31"), entry("b.test")];
  const targets = Array.from({ length: 8 }, (_, number) => targetAt({ entries, ports: [443, 8443] }, number));
  expect(targets.map(({ host, port }) => `${host}:${port}`)).toEqual([
    ...["a.test:443", "a.test:8443", "192.0.2.6:443", "192.0.2.6:8443"],
    ...["192.0.2.7:443", "192.0.2.7:8443", "b.test:443", "b.test:8443"],
  ]);
  expect(() => targetAt({ entries, ports: [443, 8443] }, 8)).toThrow(RangeError);
});

function scan(hosts: string, ports = "443") {
  const { success, data, error } = newScan.safeParse({ hosts, ports, protocol: "tls" });
  return success
    ? [data.hosts.map(({ text }) => text), data.ports]
    : error?.issues.map((issue) => [issue.path[0], issue.message]);
}

test("what to scan is read from lines, commas and spaces, each thing once", () => {
  expect(scan(" a.test, A.test.\n192.0.2.9/24;192.0.2.0/24 ", "443, 8443 443")).toEqual([
    ["a.test", "192.0.2.0/24"],
    [443, 8443],
  ]);
});

test("the first thing that is wrong is named, and sums are refused beyond the limit", () => {
  expect(scan("a.test b@c")).toEqual([["hosts", "b@c: Enter the host alone, without a user name."]]);
  expect(scan(" ,; ")).toEqual([["hosts", "Enter at least one host, address or range."]]);
  for (const ports of ["", "0", "65536", "443, x", "4e2", "-1", "0443x"])
    expect(scan("a.test", ports), ports).toEqual([["ports", expect.stringMatching(/^Enter ports as whole numbers/)]]);
  expect(scan("a.test", "1 2 3 4 5 6 7 8 9 10 11")).toEqual([["ports", "A scan looks at 10 ports at most."]]);
  const ranges = "10.0.0.0/20 10.1.0.0/20 10.2.0.0/20 10.3.0.0/20";
  expect(scan(ranges)).toEqual([["10.0.0.0/20", "10.1.0.0/20", "10.2.0.0/20", "10.3.0.0/20"], [443]]);
  expect(scan(`${ranges} a.test`)).toEqual([["hosts", expect.stringMatching(/^These are 16,385 connections\./)]]);
  expect(scan("10.0.0.0/20", "1 2 3 4 5")).toEqual([
    ["hosts", expect.stringMatching(/^These are 20,480 connections\./)],
  ]);
});
