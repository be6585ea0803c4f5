import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { LAYERS, MINTS, OUTSIDE, TABLES } from "@/lib/layers";

const root = path.resolve(import.meta.dirname, "..");

const files = sourceFiles("");
const sources = new Map(files.map((file) => [file, readFileSync(path.join(root, file), "utf8")]));
const inside = files.filter((file) => !OUTSIDE.some((pattern) => pattern.test(file)));

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    const isHidden = entry.name.startsWith(".") && entry.name !== ".well-known";
    if (isHidden || entry.name === "node_modules") return [];
    if (entry.isDirectory()) return sourceFiles(file);
    return /\.(ts|tsx|mjs)$/.test(entry.name) ? [file] : [];
  });
}

function layerOf(file: string): string | null {
  return LAYERS.find((layer) => layer.files.some((pattern) => pattern.test(file)))?.name ?? null;
}

function importsOf(file: string): string[] {
  const source = sources.get(file) ?? "";
  const specifiers = [...source.matchAll(/(?:from|import)\s*\(?\s*"((?:@\/|\.)[^"]+)"/g)].map(
    (match) => match[1] ?? "",
  );
  return specifiers.flatMap((specifier) => {
    const target = specifier.startsWith("@/")
      ? specifier.slice(2)
      : path.posix.join(path.posix.dirname(file), specifier);
    const found = ["", ".ts", ".tsx", ".mjs"].map((ending) => target + ending).find((name) => sources.has(name));
    return found === undefined ? [] : [found];
  });
}

describe("the import law", () => {
  test("every file belongs to a layer: name it after one", () => {
    expect(inside.filter((file) => layerOf(file) === null)).toEqual([]);
  });

  test("no file imports from a layer that it may not know", () => {
    const forbidden = inside.flatMap((file) => {
      const layer = LAYERS.find((candidate) => candidate.name === layerOf(file));
      if (layer === undefined) return [];
      return importsOf(file)
        .filter((target) => ![layer.name, ...layer.may].includes(layerOf(target) ?? ""))
        .map((target) => `${file} → ${target}`);
    });
    expect(forbidden).toEqual([]);
  });

  test("a domain reaches another's tables only through its queries, commands or rules", () => {
    const forbidden = inside
      .filter((file) => file.startsWith("lib/"))
      .flatMap((file) => {
        const domain = file.split("/")[1] ?? "";
        return importsOf(file)
          .map((target) => /^drizzle\/schema\/(.+)\.ts$/.exec(target)?.[1])
          .filter((table) => table !== undefined && table in TABLES && !TABLES[table]?.includes(domain))
          .map((table) => `${file} → the tables of ${table}`);
      });
    expect(forbidden).toEqual([]);
  });

  test("only the gate and jobs mint scopes", () => {
    expect(inside.filter((file) => /\bmint[A-Z]\w*Scope\b/.test(sources.get(file) ?? "") && !MINTS.test(file))).toEqual(
      [],
    );
  });

  test("every server action is built with action( or openAction(", () => {
    const actions = inside.filter((file) => file.endsWith("/actions.ts"));
    const exported = actions.flatMap((file) =>
      [...(sources.get(file) ?? "").matchAll(/^export (.*)$/gm)].map((m) => m[1] ?? ""),
    );
    expect(exported.filter((line) => !/^const \w+ = (action|openAction)\(/.test(line))).toEqual([]);
    expect(actions.filter((file) => !(sources.get(file) ?? "").startsWith('"use server";'))).toEqual([]);
  });

  test('"use server" stands nowhere but in the files named actions.ts', () => {
    expect(
      inside.filter((file) => /^\s*"use server"/m.test(sources.get(file) ?? "") && !file.endsWith("/actions.ts")),
    ).toEqual([]);
  });

  test("every route is built with route(, but for sign-in and health", () => {
    const ownDoors = ["app/api/auth/[...nextauth]/route.ts", "app/api/health/route.ts"];
    const routes = inside.filter(
      (file) =>
        /^app\/(?!api\/v1\/|client\/v4\/|pki\/|\.well-known\/).*\/route\.tsx?$/.test(file) && !ownDoors.includes(file),
    );
    const exported = routes.flatMap((file) =>
      (sources.get(file) ?? "").split("\n").flatMap((line) => (/^export\b/.test(line) ? [`${file}: ${line}`] : [])),
    );
    expect(exported.filter((line) => !/: export const GET = route\(/.test(line))).toEqual([]);
    expect(exported).toHaveLength(routes.length);
  });

  test("every route of the API for programs is built with apiRoute(, but for its description, and answers every method", () => {
    const routes = inside.filter((file) => /^app\/api\/v1\/(?!openapi\.json\/|\[\[).*\/route\.ts$/.test(file));
    const declared =
      /^export const (?:(GET|POST|PUT|PATCH|DELETE) = apiRoute\($|\{ (.+) \} = otherMethods\(\{ (.+) \}\);$)/;
    for (const file of routes) {
      const exported = (sources.get(file) ?? "").split("\n").filter((line) => /^export\b/.test(line));
      expect(exported.filter((line) => !declared.test(line))).toEqual([]);
      const found = exported.map((line) => declared.exec(line) ?? []);
      const own = found.flatMap(([, method]) => method ?? []);
      const refused = found.flatMap(([, , list]) => list?.split(", ") ?? []);
      expect([...own, ...refused].filter((method) => method !== "HEAD").toSorted(), file).toEqual([
        "DELETE",
        "GET",
        "PATCH",
        "POST",
        "PUT",
      ]);
      expect(own.includes("GET") || refused.includes("HEAD"), file).toBe(true);
      expect(found.flatMap(([, , , list]) => list?.split(", ") ?? []).toSorted(), file).toEqual(own.toSorted());
    }
    expect(routes.length).toBeGreaterThan(20);
  });

  test("every route for Cloudflare's clients is built with cloudflareRoute(, and answers every method", () => {
    const routes = inside.filter((file) => /^app\/client\/v4\/(.*\/)?route\.ts$/.test(file));
    const declared = /^export const (GET|POST|PUT|PATCH|DELETE) = (cloudflareRoute\(|unknown(Path|Method);$)/;
    for (const file of routes) {
      const exported = (sources.get(file) ?? "").split("\n").filter((line) => /^export\b/.test(line));
      expect(exported.filter((line) => !declared.test(line))).toEqual([]);
      expect(exported, file).toHaveLength(5);
    }
    expect(routes.length).toBeGreaterThan(5);
  });

  test("every route for certificate authorities and their clients is built with publicRoute(, and answers every method", () => {
    const routes = inside.filter((file) => /^app\/(pki|\.well-known)\/.*\/route\.ts$/.test(file));
    const declared = "export const { GET, HEAD, POST, PUT, PATCH, DELETE } = publicRoute(";
    for (const file of routes) {
      const exported = (sources.get(file) ?? "").split("\n").filter((line) => /^export\b/.test(line));
      expect(
        exported.map((line) => line.startsWith(declared)),
        file,
      ).toEqual([true]);
    }
    const asking = inside.filter((file) => /\bpublicRoute\(/.test(sources.get(file) ?? ""));
    expect(asking.toSorted()).toEqual([...routes, "lib/http/public-route.ts"].toSorted());
  });

  test("every page and layout of the console asks the gate itself, since Next may render a page without its layout", () => {
    const screens = inside.filter((file) => /^app\/\(console\)\/(.*\/)?(page|layout)\.tsx$/.test(file));
    expect(
      screens.filter((file) => !/= await admitToPage\(|^ {2}await admitToPage\(/m.test(sources.get(file) ?? "")),
    ).toEqual([]);
    expect(screens.length).toBeGreaterThan(5);
  });

  test("only set-up asks for the scope of somebody without a session", () => {
    const asking = inside.filter((file) => /\bscopeOfNewcomer\b/.test(sources.get(file) ?? ""));
    expect(asking).toEqual(["lib/accounts/actions.ts", "lib/auth/gate.ts"]);
  });

  test("nothing but the engine deletes certificates", () => {
    const deleting = /delete from \$\{certificates\}|\.delete\(certificates\)|delete from "?certificates"?\b/;
    expect(inside.filter((file) => deleting.test(sources.get(file) ?? ""))).toEqual(["lib/removal/engine.ts"]);
  });

  test("nothing in the product depends on what lies beside the project", () => {
    expect(inside.filter((file) => /\.\.\/shared/.test(sources.get(file) ?? ""))).toEqual([]);
  });
});
