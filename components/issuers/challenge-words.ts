import type { Challenge } from "@/lib/issuers/rules";

export const CHALLENGE_LABELS: Record<Challenge, string> = {
  "http-01": "HTTP (http-01)",
  "dns-01": "DNS (dns-01)",
};

/** What somebody has to do for each. */
export const CHALLENGE_HINTS: Record<Challenge, string> = {
  "http-01":
    "The CA asks each name at port 80 below /.well-known/acme-challenge/, and Certsweep answers when that leads to it.",
  "dns-01": "Somebody sets a TXT record for each name, then has it checked. The only one for wildcards.",
};
