import "server-only";
import type { Route } from "next";
import { cookies, headers } from "next/headers";
import { forbidden, redirect } from "next/navigation";
import type { Role } from "@/lib/accounts/rules";
import { type Permission, roleMay } from "@/lib/auth/rules";
import { mintPersonScope, type PersonScope } from "@/lib/auth/scope";
import { readSession } from "@/lib/auth/session";
import { sessionCookieName } from "@/lib/auth/session-cookie";

export type Admission =
  | { kind: "nobody" }
  | { kind: "refused"; scope: PersonScope }
  | { kind: "admitted"; scope: PersonScope };

type CookieJar = { get: (name: string) => { value: string } | undefined };

/** Who is asking, and may they? Asked of the database with every request; nothing about it is remembered. */
export async function admit(can: Permission, now: Date): Promise<Admission> {
  return admitBearer(await cookies(), can, now);
}

/** The same of whoever has these cookies. */
export async function admitBearer(jar: CookieJar, can: Permission, now: Date): Promise<Admission> {
  const signedIn = await readSession(jar.get(sessionCookieName())?.value, now);
  if (signedIn === null) return { kind: "nobody" };
  const scope = mintPersonScope(signedIn);
  return roleMay(scope.role, can) ? { kind: "admitted", scope } : { kind: "refused", scope };
}

/** The gate of a page: sends nobody to sign in, shows the 403 page to a role that may not see it. */
export async function admitToPage(can: Permission, now: Date): Promise<PersonScope> {
  const admission = await admit(can, now);
  switch (admission.kind) {
    case "nobody":
      return redirect(signInPath((await headers()).get("x-certsweep-path")));
    case "refused":
      return forbidden();
    case "admitted":
      return admission.scope;
  }
}

/** The person who is signed in, whatever their role, or null. */
export async function whoIsThere(now: Date): Promise<PersonScope | null> {
  const admission = await admit("certificates:read", now);
  return admission.kind === "nobody" ? null : admission.scope;
}

/** The scope of someone who was made in this request, and so has no session yet. */
export function scopeOfNewcomer(person: { accountId: string; userId: string; email: string; role: Role }): PersonScope {
  return mintPersonScope(person);
}

/** Where nobody is sent from a page, and how they come back to it (proxy.ts notes the page). */
function signInPath(page: string | null): Route {
  return page === null || page === "/" ? "/sign-in" : `/sign-in?from=${encodeURIComponent(page)}`;
}
