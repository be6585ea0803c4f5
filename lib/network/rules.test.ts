import { describe, expect, test } from "vitest";
import { DEFAULT_NETWORKS, kindOf, parseNetworks, refusalOf } from "@/lib/network/rules";

function networks(text: string) {
  const parsed = parseNetworks(text);
  if (parsed === null) throw new Error(`${text} was not read`);
  return parsed;
}

describe("what an address is", () => {
  test.each([
    ["0.0.0.0", "unspecified"],
    ["::", "unspecified"],
    ["::ffff:0.0.0.0", "unspecified"],
    ["127.0.0.1", "loopback"],
    ["127.255.255.255", "loopback"],
    ["::1", "loopback"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:7f00:1", "loopback"],
    ["64:ff9b::7f00:1", "loopback"],
    ["126.255.255.255", "public"],
    ["128.0.0.0", "public"],
    ["169.254.169.254", "link_local"],
    ["::ffff:169.254.169.254", "link_local"],
    ["64:ff9b::a9fe:a9fe", "link_local"],
    ["fe80::1", "link_local"],
    ["febf:ffff::1", "link_local"],
    ["fe80::1%eth0", "link_local"],
    ["fd00:ec2::254", "metadata"],
    ["100.100.100.200", "metadata"],
    ["168.63.129.16", "metadata"],
    ["224.0.0.1", "multicast"],
    ["ff02::1", "multicast"],
    ["255.255.255.255", "reserved"],
    ["::127.0.0.1", "reserved"],
    ["2002:7f00:1::", "reserved"],
    ["2001:0:7f00:1::", "reserved"],
    ["::ffff:0:127.0.0.1", "reserved"],
    ["10.0.0.0", "private"],
    ["9.255.255.255", "public"],
    ["11.0.0.0", "public"],
    ["172.15.255.255", "public"],
    ["172.16.0.0", "private"],
    ["172.31.255.255", "private"],
    ["172.32.0.0", "public"],
    ["192.168.1.1", "private"],
    ["100.64.0.1", "private"],
    ["fd12:3456::1", "private"],
    ["93.184.215.14", "public"],
    ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "public"],
    ["64:ff9b::5db8:d70e", "public"],
    ["example.test", null],
    ["", null],
  ])("%s is %s", (address, kind) => {
    expect(kindOf(address)).toBe(kind);
  });
});

describe("where one may connect to", () => {
  test("is public and private unless the setting says otherwise, and never this machine", () => {
    const usual = networks(DEFAULT_NETWORKS);
    expect(refusalOf("93.184.215.14", usual)).toBeNull();
    expect(refusalOf("10.1.2.3", usual)).toBeNull();
    expect(refusalOf("127.0.0.1", usual)).toBe(
      "127.0.0.1 is a loopback address. The server's setting CERTSWEEP_PROBE_NETWORKS does not allow it.",
    );
  });

  test("is what the words and networks name, in either way of writing an address", () => {
    const some = networks("loopback, 10.20.0.0/16,2001:db8::/32");
    const allowed = ["127.0.0.1", "::1", "10.20.255.255", "::ffff:10.20.0.1", "64:ff9b::a14:1", "2001:db8:ffff::1"];
    const refused = ["10.21.0.0", "10.19.255.255", "2001:db9::", "93.184.215.14", "192.168.0.1"];
    expect(allowed.filter((address) => refusalOf(address, some) !== null)).toEqual([]);
    expect(refused.filter((address) => refusalOf(address, some) === null)).toEqual([]);
  });

  test("is never link-local, metadata, multicast, reserved or nameless, even where it is listed", () => {
    const all = networks("public,private,loopback,0.0.0.0/0,::/0");
    const never = ["169.254.169.254", "fd00:ec2::254", "ff02::1", "240.0.0.1", "0.0.0.0", "::", "2002:a00:1::"];
    expect(never.filter((address) => refusalOf(address, all) === null)).toEqual([]);
    expect(refusalOf("169.254.169.254", all)).toBe(
      "169.254.169.254 is a link-local address. Certsweep never connects to those.",
    );
  });

  test.each(["", "everything", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/8/8", "public,,private"])(
    'cannot be "%s"',
    (text) => {
      expect(parseNetworks(text)).toBeNull();
    },
  );
});
