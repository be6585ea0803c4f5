import { env } from "@/lib/env";

/** next-auth's cookie; it has the __Secure- prefix where the public address is https. */
export function sessionCookieName(): string {
  return env().CERTSWEEP_URL.startsWith("https://") ? "__Secure-next-auth.session-token" : "next-auth.session-token";
}
