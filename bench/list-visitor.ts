import http from "node:http";
import { z } from "zod";

const csrf = z.object({ csrfToken: z.string() });

/** Somebody who is signed in and asks one thing after the other, on one connection that stays open. */
export type Visitor = { time: (path: string) => Promise<number>; leave: () => void };

/** Signs in as the sign-in screen does. */
export async function signIn(base: string, { email, password }: { email: string; password: string }): Promise<Visitor> {
  const first = await fetch(`${base}/api/auth/csrf`);
  const { csrfToken } = csrf.parse(await first.json());
  const answer = await fetch(`${base}/api/auth/callback/credentials`, {
    method: "POST",
    headers: { cookie: cookiesOf(first) },
    body: new URLSearchParams({ csrfToken, email, password, json: "true", callbackUrl: base }),
  });
  const cookie = cookiesOf(answer);
  if (!cookie.includes("session-token=")) throw new Error(`nobody was signed in: ${answer.status}`);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  return { time: (path) => timeOf(new URL(path, base), { agent, headers: { cookie } }), leave: () => agent.destroy() };
}

/** Milliseconds from the request to the last byte of the answer. Throws when that is no 200. */
function timeOf(url: URL, options: http.RequestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    http
      .get(url, options, (response) => {
        response.resume();
        response.once("error", reject);
        response.once("end", () => {
          if (response.statusCode === 200) resolve(performance.now() - begun);
          else reject(new Error(`${url.pathname} answered ${response.statusCode}`));
        });
      })
      .once("error", reject);
  });
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1).join(""))
    .join("; ");
}
