import { describe, expect, test } from "vitest";
import { readEnvironment } from "@/lib/env";

const needed = {
  DATABASE_URL: "postgres://localhost/certsweep",
  CERTSWEEP_SECRET: "a secret with 32 characters or more",
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

  test("let unknown people of a provider join as viewer or not at all", () => {
    const withRole = (role: string) => readEnvironment({ ...needed, ...provider, CERTSWEEP_OIDC_DEFAULT_ROLE: role });
    expect(withRole("viewer").CERTSWEEP_OIDC_DEFAULT_ROLE).toBe("viewer");
    expect(withRole("").CERTSWEEP_OIDC_DEFAULT_ROLE).toBeUndefined();
    for (const role of ["member", "admin", "owner"]) {
      expect(() => withRole(role)).toThrow('CERTSWEEP_OIDC_DEFAULT_ROLE can only be "viewer"');
    }
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
