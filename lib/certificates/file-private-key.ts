// Any kind of PEM key, PGP and SSH2 keys included, however many dashes; also PuTTY files, JSON Web Keys and .NET's XML.
const signs = [/-[ \t]?BEGIN [A-Za-z0-9 ]{0,40}PRIVATE KEY/i, /PuTTY-User-Key-File-|Private-Lines:/] as const;

const xmlKey = /<RSAKeyValue>/;
const xmlSecret = /<D>/;
const webKeyType = /"kty"\s{0,20}:/;
const webKeySecret = /"(?:d|k)"\s{0,20}:\s{0,20}"/;

/** Whether a text holds a private key in any form in which people keep one. */
export function holdsPrivateKey(text: string): boolean {
  if (signs.some((sign) => sign.test(text))) return true;
  if (xmlKey.test(text) && xmlSecret.test(text)) return true;
  return webKeyType.test(text) && webKeySecret.test(text);
}
