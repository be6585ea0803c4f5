const OCSP = /^(\/pki\/[^/?]+\/ocsp\/)([^?]*)/;

/**
 * The address of an OCSP request by GET (RFC 6960 appendix A.1) with the slashes of its base64 escaped, as the RFC has them.
 * Many clients do not escape them, and of two in a row, or of one at the end, Next makes another address.
 * @param {string} url
 */
export function withEscapedRequest(url) {
  return url.replace(OCSP, (_address, before, base64) => before + base64.replaceAll("/", "%2F"));
}
