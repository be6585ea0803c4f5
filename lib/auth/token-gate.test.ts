import { and, eq } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { closeDatabase, database } from "@/drizzle/client";
import { memberships } from "@/drizzle/schema/accounts";
import { apiTokens } from "@/drizzle/schema/api-tokens";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { changeRole } from "@/lib/accounts/commands";
import { ROLES, type Role } from "@/lib/accounts/rules";
import { lesserRole, PERMISSIONS } from "@/lib/auth/rules";
import type { PersonScope, TokenScope } from "@/lib/auth/scope";
import { admitToken } from "@/lib/auth/token-gate";
import { readCertificate } from "@/lib/certificates/detail";
import { DAY_MS } from "@/lib/certificates/rules";
import { removeCertificate } from "@/lib/removal/commands";
import { readRemoval } from "@/lib/removal/queries";
import { createToken, revokeToken } from "@/lib/tokens/commands";
import { newTokenText } from "@/lib/tokens/token-text";

useTestDatabase();

const now = TEST_NOW;
const address = "203.0.113.9";
const later = (milliseconds: number) => new Date(TEST_NOW.getTime() + milliseconds);

async function makeToken(person: PersonScope, asked: { role?: Role; days?: number; ranges?: string[] } = {}) {
  return createToken(person, { name: "deploy", role: person.role, days: 90, ranges: [], ...asked, now });
}

const bearer = (token: string) => new Headers({ authorization: `Bearer ${token}` });

function ask(token: string, at = now, from = address) {
  return admitToken({ headers: bearer(token), address: from }, "certificates:read", at);
}

async function scopeOf(token: string, at = now): Promise<TokenScope> {
  const admission = await ask(token, at);
  if (admission.kind !== "admitted") throw new Error(`the token is ${admission.kind}`);
  return admission.scope;
}

describe("a request's headers", () => {
  test("are read without a failure and without the database, whatever they hold", async () => {
    const value = fc.oneof(
      fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 60 }),
      fc.constantFrom("Bearer", "bearer csw_x", "Bearer  a b", "somebody@example.test", "Basic eDp5"),
    );
    const sent = fc.record({ authorization: value, "x-auth-email": value, "x-auth-key": value }, { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(sent, async (given) => {
        const { kind } = await admitToken(
          { headers: new Headers(given), address: "nowhere" },
          "certificates:read",
          now,
        );
        const nothing = given.authorization === undefined && Object.keys(given).length === 0;
        expect(nothing ? ["nobody"] : ["malformed", "unknown"]).toContain(kind);
      }),
      { numRuns: 300 },
    );
  });

  test("say the token as a bearer or as Cloudflare's key", async () => {
    const { token } = await makeToken(await insertPerson());
    for (const headers of [
      { authorization: `Bearer ${token}` },
      { authorization: `bearer  ${token}` },
      { "x-auth-email": "somebody@example.test", "x-auth-key": token },
      // With both, the bearer counts.
      { authorization: `Bearer ${token}`, "x-auth-email": "x", "x-auth-key": "y" },
    ])
      expect(await admitToken({ headers: new Headers(headers), address }, "certificates:read", now)).toMatchObject({
        kind: "admitted",
      });
  });

  test.each([
    [{}, { kind: "nobody" }],
    [{ authorization: "" }, { kind: "malformed", header: "authorization" }],
    [{ authorization: "Bearer" }, { kind: "malformed", header: "authorization" }],
    [{ authorization: "Basic YTpi" }, { kind: "malformed", header: "authorization" }],
    [{ authorization: newTokenText() }, { kind: "malformed", header: "authorization" }],
    [{ authorization: `Bearer ${newTokenText()} twice` }, { kind: "malformed", header: "authorization" }],
    [{ authorization: "Bearer ä" }, { kind: "malformed", header: "authorization" }],
    [{ "x-auth-key": newTokenText() }, { kind: "malformed", header: "x-auth-email" }],
    [
      { "x-auth-key": newTokenText(), "x-auth-email": "nobody" },
      { kind: "malformed", header: "x-auth-email" },
    ],
    [{ "x-auth-email": "a@example.test" }, { kind: "malformed", header: "x-auth-key" }],
    [
      { "x-auth-email": "a@example.test", "x-auth-key": "a b" },
      { kind: "malformed", header: "x-auth-key" },
    ],
    [{ authorization: "Bearer csw_" }, { kind: "unknown" }],
    [{ authorization: `Bearer ${newTokenText()}` }, { kind: "unknown" }],
    [{ "x-auth-email": "a@example.test", "x-auth-key": "c2547eb745079dac9320b638f5e225cf483cc" }, { kind: "unknown" }],
  ])("that say none are told apart: %j", async (headers, answer) => {
    const given = new Headers(Object.entries(headers));
    expect(await admitToken({ headers: given, address }, "certificates:read", now)).toEqual(answer);
  });

  test("with a mistyped token cost no query", async () => {
    const { token } = await makeToken(await insertPerson());
    const mistyped = `${token.slice(0, 20)}${token[20] === "0" ? "1" : "0"}${token.slice(21)}`;
    await closeDatabase();
    expect(await ask(mistyped)).toEqual({ kind: "unknown" });
    expect(globalThis.certsweepDatabase).toBeUndefined();
  });
});

describe("a token", () => {
  test("acts in its maker's account, under its own name", async () => {
    const person = await insertPerson({ email: "anna@example.test" });
    const { token, tokenId } = await makeToken(person);
    expect(await ask(token)).toEqual({
      kind: "admitted",
      scope: {
        ...{ accountId: person.accountId, userId: person.userId, email: person.email, role: "member", tokenId },
        actor: { kind: "token", id: tokenId, label: "deploy (token of anna@example.test)" },
      },
      rateLimit: { limit: 1_200, remaining: 1_199, resetSeconds: 300 },
    });
  });

  test("may what its role may, and never more than its maker at this moment", async () => {
    const admin = await insertPerson({ role: "admin" });
    for (const role of ROLES) {
      const maker = await insertPerson({ accountId: admin.accountId, role: "admin" });
      const { token } = await makeToken(maker, { role });
      for (const makers of ROLES) {
        await changeRole(admin, { userId: maker.userId, role: makers, now });
        const present = lesserRole(role, makers);
        for (const can of ["certificates:read", "certificates:delete", "cleanup:manage"] as const) {
          const may = ROLES.indexOf(present) >= ROLES.indexOf(PERMISSIONS[can]);
          expect(await admitToken({ headers: bearer(token), address }, can, now), `${role} of ${makers}`).toMatchObject(
            {
              kind: may ? "admitted" : "refused",
              scope: { role: present },
            },
          );
        }
      }
    }
  });

  test("is nobody's while its maker is disabled", async () => {
    const person = await insertPerson();
    const { token } = await makeToken(person);
    const disable = (disabledAt: Date | null) =>
      database()
        .update(memberships)
        .set({ disabledAt })
        .where(and(eq(memberships.accountId, person.accountId), eq(memberships.userId, person.userId)));
    await disable(now);
    expect(await ask(token)).toEqual({ kind: "unknown" });
    await disable(null);
    expect((await ask(token)).kind).toBe("admitted");
  });

  test("expires at its moment, to the millisecond", async () => {
    const { token, expiresAt } = await makeToken(await insertPerson(), { days: 1 });
    expect(expiresAt).toEqual(later(DAY_MS));
    expect((await ask(token, later(DAY_MS - 1))).kind).toBe("admitted");
    expect((await ask(token, expiresAt)).kind).toBe("unknown");
    expect((await ask(token, later(DAY_MS + 1))).kind).toBe("unknown");
  });

  test("ends with the request after it was revoked", async () => {
    const person = await insertPerson();
    const { token, tokenId } = await makeToken(person);
    expect((await ask(token)).kind).toBe("admitted");
    await revokeToken(person, { tokenId, now });
    expect(await ask(token)).toEqual({ kind: "unknown" });
  });

  test("works from its networks only, of both kinds", async () => {
    const ranges = ["203.0.113.0/25", "198.51.100.7", "2001:db8:1::/48"];
    const { token } = await makeToken(await insertPerson(), { ranges });
    for (const from of ["203.0.113.0", "203.0.113.127", "198.51.100.7", "2001:db8:1::", "2001:db8:1:ffff::5"])
      expect((await ask(token, now, from)).kind, from).toBe("admitted");
    for (const from of ["203.0.113.128", "198.51.100.8", "2001:db8:2::", "2001:db8::1", "::1", "unknown"])
      expect(await ask(token, now, from)).toEqual({ kind: "elsewhere", address: from });
    // What came from elsewhere was neither counted nor noted.
    expect(await ask(token)).toMatchObject({ rateLimit: { remaining: 1_200 - 6 } });
  });

  test("without networks works from anywhere, also where no address is known", async () => {
    const { token } = await makeToken(await insertPerson());
    for (const from of ["2001:db8::1", "unknown"]) expect((await ask(token, now, from)).kind).toBe("admitted");
  });

  test("has its last use noted once a minute, with the address", async () => {
    const { token, tokenId } = await makeToken(await insertPerson());
    const used = async () => {
      const [row] = await database().select().from(apiTokens).where(eq(apiTokens.id, tokenId));
      return [row?.lastUsedAt, row?.lastUsedFrom];
    };
    expect(await used()).toEqual([null, null]);
    await ask(token);
    expect(await used()).toEqual([now, address]);
    await ask(token, later(59_999), "198.51.100.7");
    expect(await used()).toEqual([now, address]);
    await ask(token, later(60_000), "198.51.100.7");
    expect(await used()).toEqual([later(60_000), "198.51.100.7"]);
    await ask(token, later(130_000), "unknown");
    expect(await used()).toEqual([later(130_000), null]);
  });

  test("of another account sees nothing here, and what it removes has its name", async () => {
    const [here, elsewhere] = [await insertPerson(), await insertPerson()];
    const scope = await scopeOf((await makeToken(here)).token);
    const stranger = await scopeOf((await makeToken(elsewhere)).token);
    const { id } = await insertCertificate(here.accountId);
    expect(await readCertificate(stranger, id)).toBeNull();
    expect(await removeCertificate(stranger, { id, now })).toEqual({ kind: "unknown" });
    expect(await removeCertificate(scope, { id, now })).toMatchObject({ kind: "removed", removalId: id });
    expect(await readRemoval(here, id)).toMatchObject({ actorKind: "token", actorLabel: scope.actor.label });
  });
});
