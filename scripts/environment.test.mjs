import { expect, test } from "vitest";
import { completeEnvironment, localUrl, readEnvironment } from "./environment.mjs";

test("an empty environment has the documented defaults", () => {
  expect(readEnvironment({}, "/srv/certsweep")).toEqual({
    port: 3000,
    host: "127.0.0.1",
    url: null,
    databaseUrl: null,
    dataFolder: "/srv/certsweep/.data",
    secret: null,
    encryptionKey: null,
  });
});

test("a variable that is set to nothing counts as not set", () => {
  expect(readEnvironment({ PORT: "", DATABASE_URL: " " }, "/srv").port).toBe(3000);
  expect(completeEnvironment({ CERTSWEEP_OIDC_ISSUER: "" }, {})).not.toHaveProperty("CERTSWEEP_OIDC_ISSUER");
});

test.each([
  [{ PORT: "http" }, "PORT"],
  [{ PORT: "65536" }, "PORT"],
  [{ PORT: "-1" }, "PORT"],
  [{ PORT: "3e3" }, "PORT"],
  [{ HOST: "http://here" }, "HOST"],
  [{ DATABASE_URL: "mysql://here/db" }, "DATABASE_URL"],
  [{ DATABASE_URL: "postgres://user:p@ss:w@:x/db" }, "DATABASE_URL"],
  [{ CERTSWEEP_URL: "certs.example.org" }, "CERTSWEEP_URL"],
  [{ CERTSWEEP_SECRET: "short" }, "CERTSWEEP_SECRET"],
  [{ CERTSWEEP_ENCRYPTION_KEY: "not base64" }, "CERTSWEEP_ENCRYPTION_KEY"],
  [{ CERTSWEEP_ENCRYPTION_KEY: Buffer.alloc(31).toString("base64") }, "CERTSWEEP_ENCRYPTION_KEY"],
  [{ CERTSWEEP_ENCRYPTION_KEY_PREVIOUS: "not base64" }, "CERTSWEEP_ENCRYPTION_KEY_PREVIOUS"],
  [{ CERTSWEEP_ADMIN_EMAIL: "a@example.org" }, "CERTSWEEP_ADMIN_PASSWORD is missing"],
  [
    { CERTSWEEP_OIDC_ISSUER: "https://id.example.org" },
    "CERTSWEEP_OIDC_CLIENT_ID, CERTSWEEP_OIDC_CLIENT_SECRET is missing",
  ],
  [{ CERTSWEEP_OIDC_DEFAULT_ROLE: "owner" }, "CERTSWEEP_OIDC_DEFAULT_ROLE"],
])("%o is refused by name", (env, words) => {
  expect(() => readEnvironment(env, "/srv")).toThrow(words);
});

test("a refusal never repeats a secret", () => {
  for (const name of [
    "CERTSWEEP_SECRET",
    "CERTSWEEP_ENCRYPTION_KEY",
    "CERTSWEEP_ENCRYPTION_KEY_PREVIOUS",
    "DATABASE_URL",
  ]) {
    expect(() => readEnvironment({ [name]: "hunter2" }, "/srv")).toThrow(expect.not.stringContaining("hunter2"));
  }
});

test.each([
  ["127.0.0.1", "http://127.0.0.1:3000"],
  ["0.0.0.0", "http://localhost:3000"],
  ["::", "http://localhost:3000"],
  ["::1", "http://[::1]:3000"],
])("a server on %s is reached at %s", (host, url) => {
  expect(localUrl(host, 3000)).toBe(url);
});
