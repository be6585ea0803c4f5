import type { NextConfig } from "next";

const config: NextConfig = {
  typedRoutes: true,
  poweredByHeader: false,
  reactStrictMode: true,
  turbopack: { root: import.meta.dirname },
  // These speak to PostgreSQL or load native code and must stay one copy per process, outside the bundles.
  serverExternalPackages: [
    ...["pg", "graphile-worker", "@node-rs/argon2", "pino"],
    // The SDKs of destinations and issuers: large, and loaded only when one is spoken to (docs/decisions/0026).
    ...[
      "@aws-sdk/client-acm",
      "@azure/identity",
      "@azure/keyvault-certificates",
      "@kubernetes/client-node",
      "cloudflare",
      "acme-client",
    ],
  ],
  // There are no pictures to make smaller, so nobody may ask for it.
  images: { unoptimized: true },
  experimental: {
    // One file may be 10 MB (see lib/certificates/rules.ts); the rest is room for the form around it.
    // proxy.ts refuses longer ones with a sentence.
    serverActions: { bodySizeLimit: "12mb" },
    proxyClientMaxBodySize: "12mb",
    // forbidden(): a page that a role may not see answers 403 from the page itself (docs/decisions/0004).
    authInterrupts: true,
  },
};

export default config;
