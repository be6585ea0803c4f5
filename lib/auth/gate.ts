import "server-only";
import { cookies } from "next/headers";
import { forbidden, redirect } from "next/navigation";
import { type Permission, roleMay } from "@/lib/auth/rules";
import { mintPersonScope, type PersonScope } from "@/lib/auth/scope";
import { readSession, sessionCookieName } from "@/lib/auth/session";

export type Admission =
  | { kind: "nobody" }
  | { kind: "refused"; scope: PersonScope }
  | { kind: "admitted"; scope: PersonScope };

/** Who is asking, and may they? Asked of the database with every request; nothing about it is remembered. */
export async function admit(can: Permission, now: Date): Promise<Admission> {
  const jar = await cookies();
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
      return redirect("/sign-in");
    case "refused":
      return forbidden();
    case "admitted":
      return admission.scope;
  }
}
