import "server-only";
import type { Role } from "@/lib/accounts/rules";
import type { ActorKind } from "@/lib/removal/rules";

declare const minted: unique symbol;

export type Actor = { kind: ActorKind; id: string | null; label: string };

/** Leave to work in one account, as somebody. Only the gate and the job door can make one (see lib/layers.test.ts). */
export type Scope = { readonly accountId: string; readonly actor: Actor; readonly [minted]: true };

/** A person's scope, with the role that the database gave at this request. */
export type PersonScope = Scope & { readonly role: Role; readonly userId: string; readonly email: string };

export function mintPersonScope(person: { accountId: string; userId: string; email: string; role: Role }): PersonScope {
  const actor: Actor = { kind: "user", id: person.userId, label: person.email };
  return brand({ ...person, actor });
}

/** The scope of work that a person asked for and that a job does. Whether they still may is asked as the job goes. */
export function mintDeputyScope({
  accountId,
  userId,
  email,
}: {
  accountId: string;
  userId: string;
  email: string;
}): Scope {
  return brand({ accountId, actor: { kind: "user", id: userId, label: email } });
}

/** The scope of work that Certsweep does by itself in one account. */
export function mintJobScope(accountId: string, label: string): Scope {
  return brand({ accountId, actor: { kind: "cleanup", id: null, label } });
}

function brand<T extends object>(value: T): T & { readonly [minted]: true } {
  const branded: T & { [minted]?: true } = value;
  if (!isBranded(branded)) throw new TypeError("A scope needs an account");
  return branded;
}

function isBranded<T extends object>(value: T): value is T & { readonly [minted]: true } {
  return "accountId" in value;
}
