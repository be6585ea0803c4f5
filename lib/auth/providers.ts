import "server-only";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { type IdentityClaims, identityClaims } from "@/lib/auth/single-sign-on";
import { env } from "@/lib/env";

export const SSO_PROVIDER = "sso";

/** The OpenID Connect provider of the settings, or null when none is set. */
export function openIdProvider(): OAuthConfig<IdentityClaims> | null {
  const settings = env();
  const { CERTSWEEP_OIDC_ISSUER: issuer, CERTSWEEP_OIDC_CLIENT_ID, CERTSWEEP_OIDC_CLIENT_SECRET } = settings;
  if (issuer === undefined || CERTSWEEP_OIDC_CLIENT_ID === undefined || CERTSWEEP_OIDC_CLIENT_SECRET === undefined) {
    return null;
  }
  return {
    id: SSO_PROVIDER,
    name: "Single sign-on",
    type: "oauth",
    wellKnown: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
    clientId: CERTSWEEP_OIDC_CLIENT_ID,
    clientSecret: CERTSWEEP_OIDC_CLIENT_SECRET,
    idToken: true,
    checks: ["pkce", "state", "nonce"],
    authorization: { params: { scope: "openid email" } },
    userinfo: {
      // next-auth has checked the ID token's signature, issuer, audience and nonce by now. Some providers say the e-mail
      // address in it, some only when they are asked.
      request: async ({ tokens, client }) => {
        const claims = identityClaims.parse(payloadOf(tokens.id_token));
        if (claims.email !== undefined || tokens.access_token === undefined) return claims;
        const told = identityClaims.parse(await client.userinfo(tokens.access_token));
        if (told.sub !== claims.sub) throw new Error("the provider's answers are about different people");
        return told;
      },
    },
    httpOptions: { timeout: 10_000 },
    profile: (claims) => ({ id: claims.sub }),
  };
}

/** Whether the sign-in screen offers single sign-on. */
export function offersSingleSignOn(): boolean {
  return openIdProvider() !== null;
}

/** What a JSON Web Token says, without checking it. */
function payloadOf(token: string | undefined): unknown {
  return JSON.parse(Buffer.from(token?.split(".")[1] ?? "", "base64url").toString("utf8"));
}
