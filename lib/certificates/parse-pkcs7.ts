import { type DerElement, encoding, readChildren, tags } from "./asn1-element";
import { contentTypes, readContentInfo } from "./parse-content-info";

/** The certificates of a PKCS#7 bundle (RFC 5652 §5.1), in no order that means anything; undefined when it cannot be read. */
export function readPkcs7(root: DerElement): Buffer[] | undefined {
  const info = readContentInfo(root);
  if (info?.type !== contentTypes.signedData) return undefined;
  const [version, , , ...rest] = readChildren(info.inner) ?? [];
  if (version?.tag !== tags.integer) return undefined;
  const set = rest.find((part) => part.tag === 0xa0);
  const members = set === undefined ? [] : readChildren(set);
  // The other choices are attribute certificates and what nobody uses any more.
  return members?.filter((member) => member.tag === tags.sequence).map((member) => encoding(member));
}
