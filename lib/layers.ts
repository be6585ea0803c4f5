/** The import law as data: a file is in the first layer that matches, and may import from its own and those named. */
export const LAYERS: { name: string; files: RegExp[]; may: string[] }[] = [
  {
    name: "rules",
    files: [
      /^lib\/[a-z-]+\/(rules|schema)\.ts$/,
      /^lib\/(errors|ids)\.ts$/,
      /^lib\/http\/(result|csv|attachment|browser-guard|strict-json)\.ts$/,
      /^lib\/pki\/[a-z0-9-]+\.ts$/,
      /^lib\/revocation\/check-rules\.ts$/,
      /^lib\/certificates\/(parse[a-z0-9-]*|pem|address|chain|distinguished-name|generate|asn1[a-z-]*|file-[a-z-]+)\.ts$/,
    ],
    may: [],
  },
  { name: "command line", files: [/^bin\//], may: [] },
  { name: "launcher", files: [/^scripts\//], may: [] },
  { name: "database", files: [/^drizzle\//, /^lib\/(env|log)\.ts$/], may: ["rules", "launcher"] },
  { name: "scope", files: [/^lib\/auth\/scope\.ts$/], may: ["rules"] },
  { name: "predicates", files: [/^lib\/[a-z-]+\/predicates\.ts$/], may: ["rules", "database", "scope"] },
  {
    name: "domain",
    files: [
      /^lib\/[a-z-]+\/(queries|commands|job|add-user)\.ts$/,
      /^lib\/certificates\/(import|private-keys|create|samples|search|order|list-page|findings|census|early|summary|timeline|detail|identity|export|export-columns|bundles|associations)\.ts$/,
      /^lib\/auth\/(session|session-cookie|passwords|common-passwords|throttle|providers|tokens|token-check|single-sign-on)\.ts$/,
      /^lib\/accounts\/(first-run|invitations)\.ts$/,
      /^lib\/(issuers\/issued-by|revocation\/outlived)\.ts$/,
      /^lib\/jobs\/[a-z-]+\.ts$/,
      /^lib\/removal\/(engine|blockers|bisect|export|judged|selection|bulk[a-z-]*)\.ts$/,
      /^lib\/cleanup\/(run|steps|turns|giving-way|batch|pages|copies|brake|skips|failures|schedule|preview|history)\.ts$/,
      /^lib\/secrets\/(encrypt|keys|reseal|rotate-program)\.ts$/,
      /^lib\/network\/(resolve|vetted-[a-z]+)\.ts$/,
      /^lib\/destinations\/(adapter|address|copy|failures|guard|trial|kinds|acm[a-z-]*|key-vault[a-z-]*|kubernetes[a-z-]*|cloudflare[a-z-]*|files[a-z-]*)\.ts$/,
      /^lib\/endpoints\/(probe|wire|handshake|starttls|problems)\.ts$/,
      /^lib\/deployments\/(endpoints|checks|look|served)\.ts$/,
      /^lib\/discovery\/(claim|chunk|run|turns)\.ts$/,
      /^lib\/tokens\/(token-text|command-line|manage-tokens|token-program)\.ts$/,
      /^lib\/notifications\/(deliver|message|post|sign|webhooks)\.ts$/,
      /^lib\/destinations\/(credentials|input|open)\.ts$/,
      /^lib\/syncs\/(claim|push|record|reported|work|before-cleanup)\.ts$/,
      /^lib\/revocation\/(fetch|hosts|issuer|lists[a-z-]*|check[a-z-]*)\.ts$/,
      /^lib\/revocation\/(facts|claim|attempt|work)\.ts$/,
      /^lib\/orders\/(place|request|keep|sealed-keys|claim|challenges|advance|prove|attempt|record|work|renew|renewals|windows|txt-records)\.ts$/,
      /^lib\/acme\/[a-z-]+(\.d)?\.ts$/,
      /^lib\/issuers\/(failure|change|terms|acme-accounts|sealed-accounts|authorities|authority-keys|imported-authority|made-authorities|lists|answers)\.ts$/,
    ],
    may: ["rules", "database", "scope", "predicates"],
  },
  {
    name: "gate",
    files: [
      /^lib\/auth\/(gate|token-gate|options)\.ts$/,
      /^lib\/http\/(action|route|direct|data-direct|problem|request|api-[a-z]+|cloudflare-[a-z]+|open-api|public-route|public-file)\.ts$/,
    ],
    may: ["rules", "database", "scope", "domain"],
  },
  { name: "actions", files: [/^lib\/[a-z-]+\/actions\.ts$/], may: ["rules", "scope", "domain", "gate"] },
  {
    name: "browser",
    files: [/^lib\/[a-z-]+\/query-options\.ts$/, /^lib\/http\/(browser-request|browser-schemas)\.ts$/],
    may: ["rules", "actions"],
  },
  { name: "components", files: [/^components\//], may: ["rules", "browser", "actions"] },
  {
    name: "app",
    files: [/^app\//, /^(proxy|instrumentation|instrumentation-node)\.ts$/],
    may: ["rules", "database", "domain", "gate", "browser", "components", "actions"],
  },
];

/** Files that are no part of the running product and may reach where they need to. */
export const OUTSIDE = [
  /\.test\.(tsx?|mjs)$/,
  /^lib\/layers\.ts$/,
  /^e2e\//,
  /^bench\//,
  /\.config\.(ts|mjs)$/,
  /^next-env\.d\.ts$/,
  /^drizzle\/test-(database|rows|uses|issuing)\.ts$/,
  /^app\/api\/v1\/test-client\.ts$/,
  /^lib\/syncs\/test-copies\.ts$/,
  /^lib\/revocation\/test-issued\.ts$/,
  /^lib\/orders\/test-orders\.ts$/,
  /^lib\/pki\/test-list\.ts$/,
];

/** Which domains may read or write the tables of a schema file; all others ask through queries and commands. */
export const TABLES: Record<string, string[]> = {
  accounts: ["accounts", "auth"],
  "sign-in": ["auth", "accounts"],
  certificates: ["certificates", "removal", "cleanup", "revocation", "issuers"],
  "certificate-counts": ["certificates"],
  "private-keys": ["certificates"],
  issuers: ["issuers"],
  orders: ["orders", "issuers", "revocation"],
  revocation: ["revocation", "certificates", "removal"],
  use: ["certificates", "deployments", "destinations", "syncs", "removal"],
  removals: ["removal"],
  "bulk-deletions": ["removal"],
  cleanup: ["cleanup"],
  discovery: ["discovery"],
  notifications: ["notifications"],
  audit: ["audit"],
  "api-tokens": ["tokens", "auth"],
  "idempotency-keys": ["idempotency"],
};

/** The only files that may mint a scope, so that no query can be asked for an account without one. */
export const MINTS = /^lib\/(auth\/(scope|gate|token-gate)|[a-z-]+\/job)\.ts$/;
