import { describe, expect, test } from "vitest";
import { readEnvironment } from "@/lib/env";

const needed = {
  DATABASE_URL: "postgres://localhost/certsweep",
  CERTSWEEP_SECRET: "a secret with 32 characters or more",
  CERTSWEEP_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
};
const provider = {
  CERTSWEEP_OIDC_ISSUER: "https://id.example.test",
  CERTSWEEP_OIDC_CLIENT_ID: "console",
  CERTSWEEP_OIDC_CLIENT_SECRET: "the client's secret",
};

describe("the settings of the server", () => {
  test("have defaults, and count a variable that is set to nothing as not set", () => {
    const settings = readEnvironment({ ...needed, CERTSWEEP_ADMIN_EMAIL: "", CERTSWEEP_OIDC_ISSUER: "" });
    expect(settings).toMatchObject({ CERTSWEEP_URL: "http://127.0.0.1:3000" });
    expect(settings.CERTSWEEP_ADMIN_EMAIL).toBeUndefined();
  });

  test("take an address of their own for what private CAs publish, when it is one of the web", () => {
    const at = (address: string) => readEnvironment({ ...needed, CERTSWEEP_PKI_URL: address }).CERTSWEEP_PKI_URL;
    expect([at(""), at("http://pki.example.test")]).toEqual([undefined, "http://pki.example.test"]);
    for (const wrong of ["pki.example.test", "ldap://pki.example.test"])
      expect(() => at(wrong)).toThrow("CERTSWEEP_PKI_URL must be an http or https address.");
  });

  test("let unknown people of a provider join as viewer or not at all", () => {
    const withRole = (role: string) => readEnvironment({ ...needed, ...provider, CERTSWEEP_OIDC_DEFAULT_ROLE: role });
    expect(withRole("viewer").CERTSWEEP_OIDC_DEFAULT_ROLE).toBe("viewer");
    expect(withRole("").CERTSWEEP_OIDC_DEFAULT_ROLE).toBeUndefined();
    for (const role of ["member", "admin", "owner"]) {
      expect(() => withRole(role)).toThrow('CERTSWEEP_OIDC_DEFAULT_ROLE can only be "viewer"');
    }
  });

  test("give the key as its 32 bytes, and refuse any other length without showing it", () => {
    expect(readEnvironment(needed).CERTSWEEP_ENCRYPTION_KEY).toEqual(Buffer.alloc(32, 7));
    for (const wrong of ["", "too short", Buffer.alloc(31).toString("base64"), Buffer.alloc(33).toString("base64")]) {
      expect(() => readEnvironment({ ...needed, CERTSWEEP_ENCRYPTION_KEY: wrong })).toThrow(
        /^CERTSWEEP_ENCRYPTION_KEY must be 32 bytes in base64 \(44 characters\)\.$/,
      );
    }
  });

  test("allow public and private networks unless they name others, and refuse what names none", () => {
    const wordsOf = (text?: string) => {
      const settings = readEnvironment({ ...needed, CERTSWEEP_PROBE_NETWORKS: text });
      return settings.CERTSWEEP_PROBE_NETWORKS.words;
    };
    expect(wordsOf()).toEqual(["public", "private"]);
    expect(wordsOf("")).toEqual(["public", "private"]);
    expect(wordsOf("loopback, 10.0.0.0/8")).toEqual(["loopback"]);
    expect(() => wordsOf("everything")).toThrow(/^CERTSWEEP_PROBE_NETWORKS must list public, private, loopback/);
  });

  test("take a folder for files only by its whole path", () => {
    const rootOf = (text?: string) => readEnvironment({ ...needed, CERTSWEEP_FILES_ROOT: text }).CERTSWEEP_FILES_ROOT;
    expect([rootOf(), rootOf(""), rootOf("/srv/certs")]).toEqual([undefined, undefined, "/srv/certs"]);
    expect(() => rootOf("certs")).toThrow(/^CERTSWEEP_FILES_ROOT must be an absolute path\.$/);
  });

  test("name what is missing of a provider", () => {
    const { CERTSWEEP_OIDC_CLIENT_SECRET: _, ...part } = provider;
    expect(() => readEnvironment({ ...needed, ...part })).toThrow(/^CERTSWEEP_OIDC_CLIENT_SECRET is missing/);
  });

  test("never show the value of what is wrong", () => {
    expect(() => readEnvironment({ ...needed, CERTSWEEP_SECRET: "too short" })).toThrow(
      /^CERTSWEEP_SECRET must have at least 32 characters\.$/,
    );
  });
});
