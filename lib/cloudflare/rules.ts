/** The largest body of a request, in bytes. */
export const BODY_LIMIT = 10 * 1024 * 1024;

export const PER_PAGE_MAX = 1_000;
export const PER_PAGE_DEFAULT = 50;

/** Associations that a refusal names one by one. */
export const CHAIN_MAX = 20;

/** Where the failures below are explained to people. */
export const ERRORS_PAGE = "/docs/errors";

type FailureRow = {
  code: number;
  status: number;
  message: string;
  /** What it means and what to do, for the page of errors. */
  meaning: string;
  /** Asking again without a change cannot help; clients otherwise repeat a 409. */
  final?: true;
};

/** Every failure of the Cloudflare-compatible API. Numbers from 1470 to 1499 and 10100 on are Certsweep's own but for 1472. */
export const FAILURES = {
  internal: {
    code: 1000,
    status: 500,
    message: "Internal error",
    meaning: "Something went wrong in Certsweep. The log has the details under the request id of the answer.",
  },
  field: {
    code: 1002,
    status: 400,
    message: "Invalid request",
    meaning: "A field or a query parameter does not have the form that is expected. “source.pointer” says which one.",
  },
  exists: {
    code: 1471,
    status: 409,
    message: "This certificate exists in the account already",
    meaning: "The same certificate was added before. Nothing was changed.",
    final: true,
  },
  not_found: {
    code: 1472,
    status: 404,
    message: "Certificate not found",
    meaning: "The account has no certificate with this id, or not any more.",
  },
  in_use: {
    code: 1480,
    status: 409,
    message: "Certificate is in use",
    meaning:
      "A service uses the certificate, so it was not deleted. The message and the error chain name the services; the call for associations lists all of them. Remove them first.",
    final: true,
  },
  still_valid: {
    code: 1481,
    status: 409,
    message: "Certificate is still valid",
    meaning:
      "The certificate was issued through Certsweep and is still trusted. Revoke it first, or wait until it expires.",
    final: true,
  },
  contended: {
    code: 1482,
    status: 409,
    message: "Certificate is being changed",
    meaning: "Others are changing the certificate at this moment. Nothing was changed; ask again.",
  },
  too_large: {
    code: 1483,
    status: 413,
    message: "Request body is too large",
    meaning: "A body may have 10 MB.",
  },
  late: {
    code: 1484,
    status: 408,
    message: "Request did not arrive in time",
    meaning: "The connection stalled before the whole request was there. Nothing was changed; send it again.",
  },
  key: {
    code: 2106,
    status: 400,
    message: "Invalid private key",
    meaning: "The private key cannot be read, or does not belong to the certificate.",
  },
  headers: {
    code: 6003,
    status: 400,
    message: "Invalid request headers",
    meaning: "The headers do not carry a token in a form that is understood. The error chain says which header.",
  },
  json: {
    code: 6007,
    status: 400,
    message: "Malformed JSON in request body",
    meaning: "The body is no JSON object in UTF-8, names a field twice or nests too deep.",
  },
  header_form: {
    code: 6111,
    status: 400,
    message: "Invalid format for header",
    meaning: "Stands in the error chain of 6003.",
  },
  route: {
    code: 7000,
    status: 404,
    message: "No route for that URI",
    meaning: "Comes with 7003.",
  },
  method: {
    code: 7001,
    status: 405,
    message: "Method not available for that URI",
    meaning: "The path exists, but not with this method. Certificates do not change: there is no PATCH or PUT.",
  },
  identifier: {
    code: 7003,
    status: 404,
    message: "Could not route to the path, perhaps your object identifier is invalid?",
    meaning: "The path is unknown, or the token is not of the account in it.",
  },
  unauthorized: {
    code: 9109,
    status: 403,
    message: "Unauthorized to access requested resource",
    meaning: "The token's role does not allow this, or the token may not be used from this address.",
  },
  authentication: {
    code: 10000,
    status: 401,
    message: "Authentication error",
    meaning: "There is no token, or it is mistyped, unknown, expired or revoked.",
  },
  limited: {
    code: 10100,
    status: 429,
    message: "Too many requests",
    meaning: "The token asked too often. The header “retry-after” says after how many seconds it may go on.",
  },
  unavailable: {
    code: 10101,
    status: 503,
    message: "Service unavailable",
    meaning:
      "The database does not answer, or cannot keep the record of a removal. Nothing was changed; ask again later.",
  },
} as const satisfies Record<string, FailureRow>;
export type FailureName = keyof typeof FAILURES;

/** One failure of a request; `pointer` is a JSON pointer into the body or names a query parameter. */
export type Failure = {
  name: FailureName;
  message?: string;
  pointer?: string;
  chain?: { name: FailureName; message?: string }[];
};

export type Message = { code: number; message: string };
export type ResultInfo = { page: number; per_page: number; count: number; total_count: number; total_pages: number };

/** What an answer says; a list is written as it is read, so its pieces are the JSON text. */
export type Answer =
  | { kind: "result"; result: unknown; messages?: Message[]; info?: ResultInfo }
  | { kind: "list"; batches: AsyncGenerator<unknown[]>; page: Page | null }
  | { kind: "failed"; failures: [Failure, ...Failure[]] };

/** One page of a list and how many there are in all. */
export type Page = { page: number; perPage: number; total: number };

export function failed(...failures: [Failure, ...Failure[]]): Answer {
  return { kind: "failed", failures };
}

/** The body of a failed answer. `publicUrl` is where people reach Certsweep. */
export function failureBody(failures: readonly Failure[], publicUrl: string): object {
  const errors = failures.map(({ name, message, pointer, chain }) => ({
    code: FAILURES[name].code,
    message: message ?? FAILURES[name].message,
    documentation_url: `${publicUrl.replace(/\/$/, "")}${ERRORS_PAGE}#${anchorOf(name)}`,
    ...(pointer === undefined ? {} : { source: { pointer } }),
    ...(chain === undefined
      ? {}
      : {
          error_chain: chain.map((link) => ({
            code: FAILURES[link.name].code,
            message: link.message ?? FAILURES[link.name].message,
          })),
        }),
  }));
  return { success: false, errors, messages: [], result: null };
}

/** Where the page of errors explains a failure. */
export function anchorOf(name: FailureName): string {
  return `error-${FAILURES[name].code}`;
}

export function successBody({ result, messages = [], info }: Extract<Answer, { kind: "result" }>): object {
  return { success: true, errors: [], messages, result, ...(info === undefined ? {} : { result_info: info }) };
}

/** Characters of a list that are written at once: short enough to be forgotten cheaply. */
const PIECE = 64 * 1024;

/** A list as the text of its answer, made as fast as it is read. Without pages it is one page with everything. */
export async function* listBody({ batches, page }: Extract<Answer, { kind: "list" }>): AsyncGenerator<string> {
  let count = 0;
  let text = '{"success":true,"errors":[],"messages":[],"result":[';
  for await (const batch of batches) {
    for (const one of batch) {
      text += (count > 0 ? "," : "") + JSON.stringify(one);
      count += 1;
      if (text.length < PIECE) continue;
      yield text;
      text = "";
    }
  }
  yield `${text}],"result_info":${JSON.stringify(infoOf(count, page))}}`;
}

function infoOf(count: number, page: Page | null): ResultInfo {
  const { page: number, perPage, total } = page ?? { page: 1, perPage: count, total: count };
  return {
    page: number,
    per_page: perPage,
    count,
    total_count: total,
    total_pages: perPage === 0 ? 0 : Math.ceil(total / perPage),
  };
}
