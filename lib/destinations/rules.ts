/** Places that copies of certificates can be pushed to. */
export const DESTINATION_KINDS = ["acm", "key_vault", "kubernetes", "cloudflare", "files"] as const;
export type DestinationKind = (typeof DESTINATION_KINDS)[number];

export const DESTINATION_KIND_LABELS: Record<DestinationKind, string> = {
  acm: "AWS Certificate Manager",
  key_vault: "Azure Key Vault",
  kubernetes: "Kubernetes TLS secrets",
  cloudflare: "Cloudflare mTLS certificates",
  files: "Files on the server",
};

/** Those that take a certificate without its private key; of Cloudflare's, only a CA's. */
export const TAKES_BARE: readonly DestinationKind[] = ["cloudflare", "files"];

/** What Certsweep has to be able to do at a destination, and what a test answers about. */
export const CAPABILITIES = ["list", "put", "delete"] as const;
export type Capability = (typeof CAPABILITIES)[number];

export const CAPABILITY_LABELS: Record<Capability, string> = { list: "List", put: "Put", delete: "Delete" };

/** A field of the form of a destination; its value is a text, "" where it was left empty. */
export type DestinationField = {
  name: string;
  label: string;
  hint: string;
  /** A secret one belongs to the credentials: sealed, and never shown again. All others are settings. */
  secret: boolean;
  required: boolean;
  multiline?: boolean;
};

/** The longest value of a field, in characters: kubeconfigs carry certificates. */
export const FIELD_LIMIT = 65_536;

const setting = { secret: false, required: true } as const;
const optional = { secret: false, required: false } as const;

/** The fields of each kind, in the order of the form. lib/destinations/kinds.ts says what they may hold. */
export const DESTINATION_FIELDS: Record<DestinationKind, readonly DestinationField[]> = {
  acm: [
    { name: "region", label: "Region", hint: "Such as eu-central-1.", ...setting },
    {
      name: "endpoint",
      label: "Endpoint",
      hint: "Only where it is not AWS's own: an https address.",
      ...optional,
    },
    {
      name: "accessKeyId",
      label: "Access key ID",
      hint: "Leave both keys empty to use the role of the server's environment.",
      secret: true,
      required: false,
    },
    { name: "secretAccessKey", label: "Secret access key", hint: "", secret: true, required: false },
  ],
  key_vault: [
    { name: "vaultUrl", label: "Vault URL", hint: "Such as https://example.vault.azure.net.", ...setting },
    { name: "tenantId", label: "Tenant ID", hint: "Directory (tenant) ID of the app registration.", ...setting },
    { name: "clientId", label: "Client ID", hint: "Application (client) ID of the app registration.", ...setting },
    {
      name: "authorityHost",
      label: "Authority host",
      hint: "Only for sovereign clouds: where tokens are asked for, an https address.",
      ...optional,
    },
    { name: "clientSecret", label: "Client secret", hint: "Its value, not its ID.", secret: true, required: true },
  ],
  kubernetes: [
    { name: "namespace", label: "Namespace", hint: "Where the secrets are written.", ...setting },
    {
      name: "kubeconfig",
      label: "Kubeconfig",
      hint: "With certificates and tokens inside it, and without programs or files. Leave it empty for the cluster that Certsweep runs in.",
      secret: true,
      required: false,
      multiline: true,
    },
  ],
  cloudflare: [
    { name: "accountId", label: "Account ID", hint: "", ...setting },
    {
      name: "baseUrl",
      label: "Base URL",
      hint: "Only where it is not Cloudflare's own, such as another Certsweep: an https address that ends in /client/v4.",
      ...optional,
    },
    {
      name: "apiToken",
      label: "API token",
      hint: "One that may edit SSL and certificates.",
      secret: true,
      required: true,
    },
  ],
  files: [
    {
      name: "folder",
      label: "Folder",
      hint: "Below the folder that CERTSWEEP_FILES_ROOT names, such as web/edge.",
      ...setting,
    },
    {
      name: "touch",
      label: "File to touch",
      hint: "Below CERTSWEEP_FILES_ROOT too. Its time is set after each change, so that something can watch it and reload.",
      ...optional,
    },
  ],
};
