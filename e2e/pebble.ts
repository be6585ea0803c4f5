import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { freePort } from "../scripts/free-port.mjs";
import { unpackDebian } from "./debian";
import { makeAuthority, makeIdentity } from "./tls-peer";

const CACHE = path.join(import.meta.dirname, "../node_modules/.cache/certsweep-pebble");
const PLACES = (process.env.PATH ?? "").split(path.delimiter);
const UP_WITHIN_MS = 30_000;

type Programs = { pebble: string; dns: string };
export type FoundPebble = { programs: Programs; problem: null } | { programs: null; problem: string };

/**
 * Let's Encrypt's test CA and its test DNS server, of this machine or from Debian's package. In CI it throws where there is
 * none to be had; elsewhere it says so and the tests skip.
 */
export async function findPebble(): Promise<FoundPebble> {
  const folders = [...PLACES, path.join(CACHE, "usr/bin")];
  const find = () => {
    const folder = folders.find((place) => existsSync(path.join(place, "pebble")));
    if (folder === undefined) return null;
    return { pebble: path.join(folder, "pebble"), dns: path.join(folder, "pebble-challtestsrv") };
  };
  const problem = find() === null ? await unpackDebian({ cache: CACHE, packages: ["pebble"] }) : null;
  const programs = find();
  if (programs !== null) return { programs, problem: null };
  const told = problem ?? "The package had no program in it.";
  if (process.env.CI === "true") throw new Error(`pebble could not be had:\n${told}`);
  process.stderr.write(`PEBBLE COULD NOT BE HAD, SO NO CERTIFICATE WAS ISSUED BY ACME:\n${told}\n`);
  return { programs: null, problem: told };
}

export type PebbleOptions = {
  /** Where it asks for http-01 answers, on 127.0.0.1 whatever the name. */
  httpPort: number;
  /** Percent of good nonces that it refuses; default 0. */
  nonceReject?: number;
  /** Percent of names that are not asked about again within an account; default 0. */
  authorizationReuse?: number;
  /** External account bindings by their ids, base64url; accounts without one are then refused. */
  accountBindings?: Record<string, string>;
  blockedDomains?: string[];
  validitySeconds?: number;
};

export type RunningPebble = {
  directoryUrl: string;
  /** The CA of its own TLS certificate, PEM. */
  caBundle: string;
  /** "127.0.0.1:PORT" of the DNS server that it asks. */
  dnsServer: string;
  setTxt: (name: string, value: string) => Promise<void>;
  clearTxt: (name: string) => Promise<void>;
  /** What it says itself: "Valid" or "Revoked"; null for a serial (lower-case hex) that it does not know. */
  statusOf: (serialHex: string) => Promise<string | null>;
  /** The root of the certificates that it issues, PEM. Another one after each start. */
  root: () => Promise<string>;
  /** As when its machine loses power. It forgets everything. */
  kill: () => Promise<void>;
  /** Starts it again at the same address, without anything that it knew. */
  start: () => Promise<void>;
  stop: () => Promise<void>;
};

/** Starts Pebble with real validation and no waiting, and a DNS server by which every name is at 127.0.0.1. */
export async function startPebble(programs: Programs, options: PebbleOptions): Promise<RunningPebble> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-pebble-"));
  const port = await freePort(0);
  const managementPort = await freePort(0);
  const [dnsPort, dnsManagement] = [await freePort(0), await freePort(0)];
  const issuer = await makeAuthority("Directory CA");
  const identity = await makeIdentity("localhost", { issuer });
  const file = (name: string) => path.join(folder, name);
  writeFileSync(file("cert.pem"), identity.bundle);
  writeFileSync(file("key.pem"), identity.key, { mode: 0o600 });
  const pebble = {
    ...{ listenAddress: `127.0.0.1:${port}`, managementListenAddress: `127.0.0.1:${managementPort}` },
    ...{ certificate: file("cert.pem"), privateKey: file("key.pem"), ocspResponderURL: "" },
    ...{ httpPort: options.httpPort, tlsPort: options.httpPort },
    domainBlocklist: options.blockedDomains ?? [],
    certificateValidityPeriod: options.validitySeconds ?? 7_776_000,
    externalAccountBindingRequired: options.accountBindings !== undefined,
    externalAccountMACKeys: options.accountBindings ?? {},
  };
  writeFileSync(file("config.json"), JSON.stringify({ pebble }));
  const env = {
    ...{ ...process.env, PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: String(options.nonceReject ?? 0) },
    PEBBLE_AUTHZREUSE: String(options.authorizationReuse ?? 0),
  };
  const dnsServer = `127.0.0.1:${dnsPort}`;
  const ask = (place: string) => askManagement(`https://localhost:${managementPort}${place}`, issuer.pem);
  let ca: Program | null = null;
  const start = async () => {
    const begun = spawnProgram(programs.pebble, ["-config", file("config.json"), "-dnsserver", dnsServer], env);
    await begun.until(async () => (await ask("/roots/0")).status === 200);
    ca = begun;
  };
  const unused = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-defaultIPv6", ""];
  const names = ["-dns01", dnsServer, "-management", `127.0.0.1:${dnsManagement}`];
  const dns = spawnProgram(programs.dns, [...unused, ...names], env);
  const tell = async (place: string, body: Record<string, string>) => {
    const answer = await fetch(`http://127.0.0.1:${dnsManagement}${place}`, {
      ...{ method: "POST", body: JSON.stringify(body) },
    });
    if (!answer.ok) throw new Error(`the test DNS server answered ${answer.status}`);
  };
  const stop = async () => {
    await Promise.all([ca?.end("SIGTERM"), dns.end("SIGTERM")]);
    rmSync(folder, { recursive: true, force: true });
  };
  await dns.until(() => tell("/clear-txt", { host: "nobody." }).then(() => true));
  await start().catch((error) => stop().then(() => Promise.reject(error)));
  return {
    ...{ directoryUrl: `https://localhost:${port}/dir`, caBundle: issuer.pem, dnsServer, start, stop },
    setTxt: (name, value) => tell("/set-txt", { host: `${name}.`, value }),
    clearTxt: (name) => tell("/clear-txt", { host: `${name}.` }),
    statusOf: async (serialHex) => {
      const { status, text } = await ask(`/cert-status-by-serial/${serialHex}`);
      return status === 404 ? null : z.object({ Status: z.string() }).parse(JSON.parse(text)).Status;
    },
    root: async () => (await ask("/roots/0")).text,
    kill: async () => ca?.end("SIGKILL"),
  };
}

type Program = {
  end: (signal: "SIGTERM" | "SIGKILL") => Promise<void>;
  until: (ready: () => Promise<boolean>) => Promise<void>;
};

function spawnProgram(program: string, args: string[], env: NodeJS.ProcessEnv): Program {
  const child: ChildProcess = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let words = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (piece: string) => {
      words = (words + piece).slice(-10_000);
    });
  const ended = once(child, "exit");
  const running = () => child.exitCode === null && child.signalCode === null;
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    if (running()) child.kill(signal);
    await ended;
  };
  const until = async (ready: () => Promise<boolean>) => {
    for (const before = Date.now() + UP_WITHIN_MS; !(await ready().catch(() => false)); ) {
      if (running() && Date.now() < before) await new Promise((resolve) => setTimeout(resolve, 50));
      else {
        await end("SIGKILL");
        throw new Error(`${path.basename(program)} did not come up:\n${words}`);
      }
    }
  };
  return { end, until };
}

function askManagement(url: string, ca: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { ca, agent: false }, async (answer) => {
      let text = "";
      for await (const piece of answer.setEncoding("utf8")) text += piece;
      resolve({ status: answer.statusCode ?? 0, text });
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}
