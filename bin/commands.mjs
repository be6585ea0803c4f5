import { STATUSES } from "./certificate-words.mjs";

/**
 * @typedef {object} Option
 * @property {"boolean" | "string"} type
 * @property {string} help
 * @property {string} [short]
 * @property {string} [value] how help calls the value
 * @property {string[]} [words] the only values
 * @property {boolean} [whole] a whole number from 1 on
 * @property {boolean} [takesMinus] the value may begin with a minus sign
 *
 * @typedef {object} Command
 * @property {string} summary
 * @property {string} usage what stands behind the command
 * @property {[number, number]} takes how many arguments, at least and at most
 * @property {string} [missing] what to say of too few
 * @property {string[]} [more] paragraphs of help
 * @property {string[]} examples
 * @property {Record<string, Option>} options
 * @property {boolean} [changes] it goes on when nobody reads what it says
 * @property {() => Promise<{ run: (tool: any, asked: any) => Promise<number> }>} load
 */

/** Options of every command. @type {Record<string, Option>} */
export const COMMON = {
  json: { type: "boolean", help: "For programs: JSON, of lists one value a line (JSON Lines)." },
  "insecure-http": { type: "boolean", help: "Let the token go over http to another machine." },
  help: { type: "boolean", short: "h", help: "Show this." },
};

/** @type {Option} */
const limit = { type: "string", value: "N", whole: true, help: "How many at most; 50 unless told." };
/** @type {Option} */
const all = { type: "boolean", help: "All, however many." };
/** @type {Option} */
const search = {
  type: "string",
  value: "TEXT",
  takesMinus: true,
  help: "Any part of a name, subject, issuer, serial or fingerprint.",
};
/** @type {Option} */
const yes = { type: "boolean", short: "y", help: "Do not ask. Needed where there is no terminal." };

/** @type {Record<string, Command>} */
export const COMMANDS = {
  "certs list": {
    summary: "List certificates.",
    usage: "",
    takes: [0, 0],
    examples: ["certsweep certs list --status expired --deletable", "certsweep certs list --search shop --all --json"],
    options: {
      status: { type: "string", value: "STATUS", words: STATUSES, help: `${STATUSES.join(", ")}.` },
      search,
      deletable: { type: "boolean", help: "Only what may be deleted now." },
      use: {
        type: "string",
        value: "USE",
        words: ["any", "serving", "synced", "none"],
        help: "In use: any, serving (seen at an endpoint) or synced; or none.",
      },
      expires: { type: "string", value: "MONTH", help: "Month of expiry in UTC: 2026-05, ..2026-05 or 2026-05.." },
      sort: {
        type: "string",
        value: "BY",
        takesMinus: true,
        words: ["expiry", "-expiry", "name", "-name", "added", "-added"],
        help: "expiry, name or added; with a minus sign the other way round.",
      },
      limit,
      all,
      ids: { type: "boolean", help: "Only the ids, one a line, as certs delete reads them." },
    },
    load: () => import("./certs-list.mjs"),
  },
  "certs show": {
    summary: "Show one certificate, and whether it may be deleted.",
    usage: "ID",
    takes: [1, 1],
    missing: "Say which certificate: its id.",
    examples: ["certsweep certs show ID", "certsweep certs show ID --pem > shop.pem"],
    options: { pem: { type: "boolean", help: "Only the certificate and its chain, as PEM." } },
    load: () => import("./certs-show.mjs"),
  },
  "certs upload": {
    summary: "Upload files, and folders of them.",
    usage: "FILE|FOLDER…",
    takes: [1, Number.POSITIVE_INFINITY],
    missing: "Say what to upload: files or folders.",
    more: [
      "PEM, DER, PKCS#7 and PKCS#12, bundles too. From folders it takes what has a usual ending (.pem, .crt, .cer, .der, .p7b,\n.p12 …), also in those below, and passes over what is hidden. A private key in the same file goes to its certificate.",
      "CERTSWEEP_UPLOAD_PASSWORD opens the files that need a password.",
    ],
    examples: ["certsweep certs upload /etc/ssl/certs", "certsweep certs upload shop.pem --name Shop"],
    options: {
      name: { type: "string", value: "NAME", help: "What to call it; for one file." },
      keys: { type: "boolean", help: "From folders, take private keys by themselves too (.key)." },
      verbose: { type: "boolean", help: "List every file, also the many without trouble." },
    },
    changes: true,
    load: () => import("./certs-upload.mjs"),
  },
  "certs issue": {
    summary: "Have an issuer make a certificate.",
    usage: "[NAME…]",
    takes: [0, 100],
    more: [
      "Names are DNS names, wildcards and IP addresses. The private key is made and kept on the server, unless a CSR brings its\nown. A private CA issues at once; an ACME server's order goes on by itself, and --wait waits for its end.",
    ],
    examples: [
      "certsweep certs issue www.example.com api.example.com --issuer Internal --days 30",
      "certsweep certs issue --csr shop.csr --issuer Internal",
    ],
    options: {
      issuer: { type: "string", value: "ISSUER", help: "Its name or id; may be left out where only one is in use." },
      csr: { type: "string", value: "FILE", help: "A certificate request in PEM, which says the names." },
      key: {
        type: "string",
        value: "KEY",
        words: ["ec_p256", "rsa_2048", "rsa_3072", "rsa_4096"],
        help: "Of the key that is made: ec_p256 (unless told), rsa_2048, rsa_3072 or rsa_4096.",
      },
      days: { type: "string", value: "N", whole: true, help: "Of a private CA: as long as it allows unless told." },
      challenge: {
        type: "string",
        value: "HOW",
        words: ["http-01", "dns-01"],
        help: "Of an ACME server: http-01 or dns-01, the issuer's own unless told.",
      },
      wait: { type: "boolean", help: "Wait for its end; anything but success makes the exit code 1." },
    },
    changes: true,
    load: () => import("./certs-issue.mjs"),
  },
  "certs renew": {
    summary: "Have a certificate that was issued here issued once more.",
    usage: "ID",
    takes: [1, 1],
    missing: "Say which certificate: its id.",
    examples: ["certsweep certs renew ID"],
    options: {},
    changes: true,
    load: () => import("./certs-renew.mjs"),
  },
  "certs revoke": {
    summary: "Have a certificate that was issued here revoked at its CA, for good.",
    usage: "ID",
    takes: [1, 1],
    missing: "Say which certificate: its id.",
    more: [
      "It asks for the certificate's name first. While its CA has not confirmed it the exit code is 1, and the server goes on.",
    ],
    examples: ["certsweep certs revoke ID --reason superseded", "certsweep certs revoke ID --retry"],
    options: {
      yes,
      reason: {
        type: "string",
        value: "REASON",
        words: [
          "unspecified",
          "keyCompromise",
          "affiliationChanged",
          "superseded",
          "cessationOfOperation",
          "privilegeWithdrawn",
        ],
        help: "Why, for its CA to publish: unspecified, keyCompromise, superseded and others of RFC 5280.",
      },
      retry: { type: "boolean", help: "Ask the CA again, where that is pending." },
    },
    changes: true,
    load: () => import("./certs-revoke.mjs"),
  },
  "certs delete": {
    summary: "Delete certificates with their private keys, for good.",
    usage: "[ID… | -]",
    takes: [0, Number.POSITIVE_INFINITY],
    more: [
      "The ids are arguments, or come from standard input, one a line (“-”, or nothing there and no terminal). First it shows\nwhat cannot be deleted and why, then it asks, then it deletes one after the other. What stays makes the exit code 1.",
    ],
    examples: [
      "certsweep certs delete ID",
      "certsweep certs list --status expired --deletable --all --ids | certsweep certs delete --yes",
    ],
    options: {
      yes,
      "dry-run": { type: "boolean", help: "Only show what would go and what would stay." },
    },
    changes: true,
    load: () => import("./certs-delete.mjs"),
  },
  "cleanup show": {
    summary: "Show the settings of the cleanup and its last run.",
    usage: "",
    takes: [0, 0],
    examples: ["certsweep cleanup show"],
    options: {},
    load: () => import("./cleanup-show.mjs"),
  },
  "cleanup preview": {
    summary: "Show what a cleanup run would do now.",
    usage: "",
    takes: [0, 0],
    more: ["Figures; with --list the certificates behind one of them. Nothing is changed."],
    examples: ["certsweep cleanup preview", "certsweep cleanup preview --list removable --all --json"],
    options: {
      days: { type: "string", value: "N", whole: true, help: "As if it were N days after expiration, 1 to 30." },
      list: {
        type: "string",
        value: "WHICH",
        words: ["removable", "deployed", "synced"],
        help: "What would go (removable), or be skipped (deployed, synced).",
      },
      limit,
      all,
    },
    load: () => import("./cleanup-preview.mjs"),
  },
  "cleanup run": {
    summary: "Run the cleanup now with its saved settings.",
    usage: "",
    takes: [0, 0],
    examples: ["certsweep cleanup run", "certsweep cleanup run --yes --wait"],
    options: {
      yes,
      wait: { type: "boolean", help: "Wait for its end; anything but success makes the exit code 1." },
    },
    changes: true,
    load: () => import("./cleanup-run.mjs"),
  },
  "removals list": {
    summary: "List what was removed, newest first: when, by whom.",
    usage: "",
    takes: [0, 0],
    examples: ["certsweep removals list --search shop", "certsweep removals list --all --json"],
    options: { search, limit, all },
    load: () => import("./removals-list.mjs"),
  },
};
