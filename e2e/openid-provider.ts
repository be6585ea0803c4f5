import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import http from "node:http";
import { z } from "zod";

export type Person = { sub: string; email?: string; email_verified?: boolean };

/** A small OpenID provider that signs in, without asking, whoever `person` is at that moment. */
export type Provider = {
  issuer: string;
  /** The person; `tells` is where their e-mail address is said. `nonce` replaces the one that was asked for. */
  become: (person: Person, manner?: { tells?: "id_token" | "userinfo"; nonce?: string }) => void;
  stop: () => void;
};

type State = { person: Person; tells: "id_token" | "userinfo"; nonce: string | undefined };

/** Starts the provider on a free port of this machine. */
export async function startProvider(clientId: string): Promise<Provider> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const asked = new Map<string, URLSearchParams>();
  let state: State = { person: { sub: "nobody" }, tells: "id_token", nonce: undefined };
  let issuer = "";

  const authorize = (query: URLSearchParams) => {
    const code = randomUUID();
    asked.set(code, query);
    const back = new URL(query.get("redirect_uri") ?? "");
    back.search = new URLSearchParams({ code, state: query.get("state") ?? "" }).toString();
    return back.href;
  };

  const exchange = (form: URLSearchParams) => {
    const request = asked.get(form.get("code") ?? "");
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "");
    if (request?.get("code_challenge") !== challenge.digest("base64url")) return { error: "invalid_grant" };
    const now = Math.floor(Date.now() / 1_000);
    const told = state.tells === "id_token" ? state.person : { sub: state.person.sub };
    const nonce = state.nonce ?? request.get("nonce");
    const claims = { iss: issuer, aud: clientId, iat: now, exp: now + 60, nonce, ...told };
    return { access_token: "for userinfo", token_type: "Bearer", id_token: tokenOf(claims) };
  };

  const tokenOf = (claims: object) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${part({ alg: "RS256", kid: "1" })}.${part(claims)}`;
    return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), privateKey).toString("base64url")}`;
  };

  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", issuer);
    const body = new URLSearchParams(await textOf(request));
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return json(configurationOf(issuer));
      case "/keys":
        return json({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" }] });
      case "/authorize":
        return response.writeHead(302, { location: authorize(url.searchParams) }).end();
      case "/token": {
        const answer = exchange(body);
        return json(answer, "error" in answer ? 400 : 200);
      }
      case "/userinfo":
        return json(state.person);
      default:
        return json({ error: "not_found" }, 404);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`;
  return {
    issuer,
    become: (person, manner) => {
      state = { person, tells: manner?.tells ?? "id_token", nonce: manner?.nonce };
    },
    stop: () => server.close(),
  };
}

function configurationOf(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ["code"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}

async function textOf(request: http.IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}
