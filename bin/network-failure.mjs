const SENTENCES = {
  ECONNREFUSED: "nothing listens there.",
  ECONNRESET: "the connection was broken off.",
  UND_ERR_SOCKET: "the connection was broken off.",
  ENOTFOUND: "its name is not known.",
  EAI_AGAIN: "its name cannot be looked up right now.",
  EHOSTUNREACH: "there is no way to it.",
  ENETUNREACH: "there is no way to it.",
  ETIMEDOUT: "it does not answer.",
  UND_ERR_CONNECT_TIMEOUT: "it does not answer.",
  UND_ERR_HEADERS_TIMEOUT: "it does not answer.",
  UND_ERR_BODY_TIMEOUT: "it stopped in the middle of an answer.",
  CERT_HAS_EXPIRED: "its own certificate has expired.",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name.",
  EPROTO: "it does not speak TLS there.",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS there.",
};
const UNTRUSTED = "its certificate is not trusted here. Name your CA's file in NODE_EXTRA_CA_CERTS.";
const UNTRUSTED_CODES = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
];

/**
 * Why a request did not come through, as the end of a sentence.
 * @param {any} error of fetch, which hides the reason in causes
 * @returns {string}
 */
export function sentenceOf(error) {
  for (let cause = error; cause !== undefined && cause !== null; cause = cause.cause ?? cause.errors?.[0]) {
    if (UNTRUSTED_CODES.includes(cause.code)) return UNTRUSTED;
    const sentence = SENTENCES[cause.code];
    if (sentence !== undefined) return sentence;
  }
  return `${error?.cause?.message || error?.message || String(error)}.`;
}
