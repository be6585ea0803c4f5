import "server-only";
import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { z } from "zod";
import { emailInput } from "@/lib/accounts/schema";
import { checkPassword, endSession, startSession } from "@/lib/auth/commands";
import { openIdProvider, SSO_PROVIDER } from "@/lib/auth/providers";
import { SESSION_ABSOLUTE_DAYS, type SignInFailure } from "@/lib/auth/rules";
import { identityClaims, recognise, userOfIdentity } from "@/lib/auth/single-sign-on";
import { env } from "@/lib/env";
import { networkAddressOf } from "@/lib/http/request";
import { log } from "@/lib/log";

// What is no e-mail address is nobody's, and not logged either: people type passwords into the wrong field.
const credentialsInput = z.object({ email: emailInput, password: z.string().max(4_096) });
const sessionClaims = z.object({ sid: z.uuid() });
const SESSION_SECONDS = SESSION_ABSOLUTE_DAYS * 86_400;

/** next-auth's settings. Its token says only which session it is; lib/auth/session.ts reads the rest with each request. */
export function authOptions(): NextAuthOptions {
  const provider = openIdProvider();
  return {
    secret: env().CERTSWEEP_SECRET,
    useSecureCookies: env().CERTSWEEP_URL.startsWith("https://"),
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
    providers: [passwordProvider(), ...(provider === null ? [] : [provider])],
    callbacks: {
      signIn: async ({ account, profile }) => {
        if (account?.provider !== SSO_PROVIDER) return true;
        return (await admitIdentity(profile)) ?? true;
      },
      jwt: async ({ token, user, account, trigger }) => {
        if (trigger !== "signIn" && trigger !== "signUp") return { sid: token.sid };
        const userId = account?.provider === SSO_PROVIDER ? await identityOf(account.providerAccountId) : user.id;
        return { sid: userId === null ? null : await startSession(userId, new Date()) };
      },
      // The browser is told nothing of the session: pages are rendered for whom the database says is there.
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ url, baseUrl }) =>
        url.startsWith("/") && !url.startsWith("//") ? baseUrl + url : ownUrl(url, baseUrl),
    },
    events: {
      signOut: async ({ token }) => {
        const claims = sessionClaims.safeParse(token);
        if (claims.success) await endSession(claims.data.sid, new Date());
      },
    },
    logger: {
      error: (code, metadata) => log.error({ code, err: causeOf(metadata) }, "sign-in failed on the way"),
      warn: (code) => log.debug({ code }, "next-auth warning"),
      debug: () => undefined,
    },
  };
}

function passwordProvider() {
  return CredentialsProvider({
    credentials: { email: { label: "Email", type: "email" }, password: { label: "Password", type: "password" } },
    authorize: async (raw, request) => {
      const input = credentialsInput.safeParse(raw);
      if (!input.success) throw failure("wrong");
      const { email, password } = input.data;
      const address = networkAddressOf(request.headers ?? {}, env().CERTSWEEP_URL);
      const checked = await checkPassword({ email, password, address }, new Date()).catch((error: unknown) => {
        log.error({ err: error }, "a password could not be checked");
        throw failure("unavailable");
      });
      log.info({ event: "sign_in", outcome: checked.kind, email, address }, "sign-in with a password");
      switch (checked.kind) {
        case "right":
          return { id: checked.userId };
        case "wait":
          throw new Error(`wait:${checked.seconds}`);
        case "wrong":
        case "disabled":
          throw failure(checked.kind);
      }
    },
  });
}

/** Where to send an identity that is not admitted, or null when it is. */
async function admitIdentity(profile: unknown): Promise<string | null> {
  const claims = identityClaims.safeParse(profile);
  if (!claims.success) return "/sign-in?error=sso_failed";
  const found = await recognise(issuerOf(), claims.data, new Date());
  const outcome = found.kind === "known" ? "right" : found.why;
  log.info({ event: "sign_in", outcome, email: claims.data.email }, "sign-in with single sign-on");
  return found.kind === "known" ? null : `/sign-in?error=${found.why}`;
}

function identityOf(subject: string): Promise<string | null> {
  return userOfIdentity(issuerOf(), subject);
}

function issuerOf(): string {
  return env().CERTSWEEP_OIDC_ISSUER ?? "";
}

function failure(why: SignInFailure): Error {
  return new Error(why);
}

function ownUrl(url: string, baseUrl: string): string {
  return URL.canParse(url) && new URL(url).origin === new URL(baseUrl).origin ? url : baseUrl;
}

/** next-auth puts requests and profiles beside its errors, which no log may hold: only the error itself is kept. */
function causeOf(metadata: unknown): unknown {
  if (metadata instanceof Error) return metadata;
  const held = z.object({ error: z.instanceof(Error) }).safeParse(metadata);
  return held.success ? held.data.error : undefined;
}
