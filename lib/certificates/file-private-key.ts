// PGP, OpenSSH and SSH2 keys, however many dashes; also PuTTY files, JSON Web Keys and .NET's XML.
const signs = [
  /-[ \t]?BEGIN (?:OPENSSH|PGP|SSH2)[A-Za-z0-9 ]{0,40}PRIVATE KEY/i,
  /PuTTY-User-Key-File-|Private-Lines:/,
] as const;

const xmlKey = /<RSAKeyValue>/;
const xmlSecret = /<D>/;
const webKeyType = /"kty"\s{0,20}:/;
const webKeySecret = /"(?:d|k)"\s{0,20}:\s{0,20}"/;

/** Whether a text holds a private key in a form that belongs to something else than certificates. */
export function holdsForeignKey(text: string): boolean {
  if (signs.some((sign) => sign.test(text))) return true;
  if (xmlKey.test(text) && xmlSecret.test(text)) return true;
  return webKeyType.test(text) && webKeySecret.test(text);
}

/** Whether a PEM label speaks of a private key: PKCS#8, encrypted PKCS#8, PKCS#1, SEC 1 and what resembles them. */
export function isKeyLabel(label: string): boolean {
  return /(?:^| )PRIVATE KEY$/i.test(label);
}
