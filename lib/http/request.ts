import "server-only";
import { randomUUID } from "node:crypto";
import { isIP, isIPv6 } from "node:net";
import { headers } from "next/headers";
import { env } from "@/lib/env";

/** The id that proxy.ts gave this request; log lines and error sentences carry it. */
export async function requestIdOf(): Promise<string> {
  return (await headers()).get("x-request-id") ?? randomUUID();
}

/** Where the present request comes from; see networkAddressOf. */
export async function networkAddress(): Promise<string> {
  return networkAddressOf(Object.fromEntries(await headers()), env().CERTSWEEP_URL);
}

/** The exact address that a request comes from; see addressOf. */
export function clientAddress(from: Pick<Headers, "get">, publicUrl = env().CERTSWEEP_URL): string {
  const noted = ["x-certsweep-address", "x-forwarded-for"].map((name) => [name, from.get(name)]);
  return addressOf(Object.fromEntries(noted), publicUrl);
}

/** Where a request comes from, for counting failed sign-ins; see addressOf. */
export function networkAddressOf(from: Record<string, unknown>, publicUrl: string): string {
  return networkOf(addressOf(from, publicUrl));
}

/**
 * The address that a request comes from, "unknown" without one. The launcher's server notes the socket's address in
 * x-certsweep-address. Where that is a proxy of the operator's, its own note, the last in X-Forwarded-For, counts;
 * everything before that could have been written by the client. A proxy is on this machine, or on a private network when
 * the public address is https, which Certsweep does not speak itself; else people on that network come directly.
 */
function addressOf(from: Record<string, unknown>, publicUrl: string): string {
  const socket = textOf(from["x-certsweep-address"]);
  const isProxy = publicUrl.startsWith("https://") ? isPrivate(socket) : isThisMachine(socket);
  if (socket !== "" && !isProxy) return plainAddress(socket);
  const forwarded = textOf(from["x-forwarded-for"]).split(",").at(-1)?.trim() ?? "";
  return plainAddress(isIP(forwarded) > 0 ? forwarded : socket || "unknown");
}

function textOf(header: unknown): string {
  return typeof header === "string" ? header.trim() : "";
}

function isThisMachine(address: string): boolean {
  return /^(::ffff:)?127\.|^::1$/i.test(address);
}

function isPrivate(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:/, "");
  return /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|::1$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/.test(
    plain,
  );
}

/** Lower case, without a zone, and an IPv4 address as one, also where a socket for both kinds writes it as IPv6. */
function plainAddress(address: string): string {
  return address
    .toLowerCase()
    .replace(/%.*$/, "")
    .replace(/^::ffff:(?=\d+\.)/, "");
}

/** One customer of an IPv6 provider has at least a /64: its addresses count as one. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
