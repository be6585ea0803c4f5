import "server-only";
import type { Role } from "@/lib/accounts/rules";
import type { ActorKind } from "@/lib/removal/rules";
import { tokenActorLabel } from "@/lib/tokens/rules";

declare const minted: unique symbol;

export type Actor = { kind: ActorKind; id: string | null; label: string };

/** Leave to work in one account, as somebody. Only the gate and the job door can make one (see lib/layers.test.ts). */
export type Scope = { readonly accountId: string; readonly actor: Actor; readonly [minted]: true };

/** The scope of whoever sends a request, a person or a person's token, with the role that the database gave just now. */
export type CallerScope = Scope & { readonly role: Role; readonly userId: string; readonly email: string };

/** The scope of a person who is signed in. */
export type PersonScope = CallerScope & { readonly actor: { readonly kind: "user" } };

/** The scope of a program with an API token. `userId` and `email` are those of the token's maker. */
export type TokenScope = CallerScope & { readonly actor: { readonly kind: "token" }; readonly tokenId: string };

type Person = { accountId: string; userId: string; email: string; role: Role };

export function mintPersonScope(person: Person): PersonScope {
  return brand({ ...person, actor: { kind: "user" as const, id: person.userId, label: person.email } });
}

export function mintTokenScope({ name, ...token }: Person & { tokenId: string; name: string }): TokenScope {
  const label = tokenActorLabel({ name, email: token.email });
  return brand({ ...token, actor: { kind: "token" as const, id: token.tokenId, label } });
}

type Deputy = { accountId: string; userId: string; tokenId: string | null; label: string };

/** The scope of work that somebody asked for and that a job does. Whether they still may is asked as the job goes. */
export function mintDeputyScope({ accountId, userId, tokenId, label }: Deputy): Scope {
  const actor: Actor = tokenId === null ? { kind: "user", id: userId, label } : { kind: "token", id: tokenId, label };
  return brand({ accountId, actor });
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
