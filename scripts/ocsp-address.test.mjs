import { expect, test } from "vitest";
import { withEscapedRequest } from "./ocsp-address.mjs";

test.each([
  ["/pki/1/ocsp/MEQ//w+ab/c=/", "/pki/1/ocsp/MEQ%2F%2Fw+ab%2Fc=%2F"],
  ["/pki/1/ocsp/MEQ%2Fw/c?q=/a", "/pki/1/ocsp/MEQ%2Fw%2Fc?q=/a"],
  ["/pki/1/ocsp/", "/pki/1/ocsp/"],
  ["/pki/1/ocsp", "/pki/1/ocsp"],
  ["/pki/1/crl/a/b", "/pki/1/crl/a/b"],
  ["/certificates/pki/1/ocsp/a/b", "/certificates/pki/1/ocsp/a/b"],
  ["/pki/1?/ocsp/a/b", "/pki/1?/ocsp/a/b"],
])("%s goes on as %s", (url, expected) => {
  expect(withEscapedRequest(url)).toBe(expected);
});
