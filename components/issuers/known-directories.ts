/** ACME servers that many people use, and whether an account there is bound to one that somebody has already (RFC 8555 §7.3.4). */
export const KNOWN_DIRECTORIES = [
  { label: "Let’s Encrypt", url: "https://acme-v02.api.letsencrypt.org/directory", needsBinding: false },
  {
    label: "Let’s Encrypt staging",
    url: "https://acme-staging-v02.api.letsencrypt.org/directory",
    needsBinding: false,
  },
  { label: "ZeroSSL", url: "https://acme.zerossl.com/v2/DV90", needsBinding: true },
] as const;
