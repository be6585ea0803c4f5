/** Names of signature algorithms as Cloudflare's API writes them. */
export const signatureAlgorithmNames: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.1.2", "MD2WithRSA"],
  ["1.2.840.113549.1.1.4", "MD5WithRSA"],
  ["1.2.840.113549.1.1.5", "SHA1WithRSA"],
  ["1.3.14.3.2.29", "SHA1WithRSA"],
  ["1.2.840.113549.1.1.14", "SHA224WithRSA"],
  ["1.2.840.113549.1.1.11", "SHA256WithRSA"],
  ["1.2.840.113549.1.1.12", "SHA384WithRSA"],
  ["1.2.840.113549.1.1.13", "SHA512WithRSA"],
  ["1.2.840.10040.4.3", "DSAWithSHA1"],
  ["2.16.840.1.101.3.4.3.1", "DSAWithSHA224"],
  ["2.16.840.1.101.3.4.3.2", "DSAWithSHA256"],
  ["1.2.840.10045.4.1", "ECDSAWithSHA1"],
  ["1.2.840.10045.4.3.1", "ECDSAWithSHA224"],
  ["1.2.840.10045.4.3.2", "ECDSAWithSHA256"],
  ["1.2.840.10045.4.3.3", "ECDSAWithSHA384"],
  ["1.2.840.10045.4.3.4", "ECDSAWithSHA512"],
  ["1.3.101.112", "Ed25519"],
  ["1.3.101.113", "Ed448"],
]);

export const pssIdentifier = "1.2.840.113549.1.1.10";

/** Hashes that may stand in the parameters of an RSA-PSS signature (RFC 4055). */
export const hashNames: ReadonlyMap<string, string> = new Map([
  ["1.3.14.3.2.26", "SHA1"],
  ["2.16.840.1.101.3.4.2.4", "SHA224"],
  ["2.16.840.1.101.3.4.2.1", "SHA256"],
  ["2.16.840.1.101.3.4.2.2", "SHA384"],
  ["2.16.840.1.101.3.4.2.3", "SHA512"],
]);

/** Algorithms whose keys and signatures bear the same identifier (FIPS 204, FIPS 205). */
export const postQuantumNames: ReadonlyMap<string, string> = new Map([
  ["2.16.840.1.101.3.4.3.17", "ML-DSA-44"],
  ["2.16.840.1.101.3.4.3.18", "ML-DSA-65"],
  ["2.16.840.1.101.3.4.3.19", "ML-DSA-87"],
  ["2.16.840.1.101.3.4.3.20", "SLH-DSA-SHA2-128s"],
  ["2.16.840.1.101.3.4.3.21", "SLH-DSA-SHA2-128f"],
  ["2.16.840.1.101.3.4.3.22", "SLH-DSA-SHA2-192s"],
  ["2.16.840.1.101.3.4.3.23", "SLH-DSA-SHA2-192f"],
  ["2.16.840.1.101.3.4.3.24", "SLH-DSA-SHA2-256s"],
  ["2.16.840.1.101.3.4.3.25", "SLH-DSA-SHA2-256f"],
  ["2.16.840.1.101.3.4.3.26", "SLH-DSA-SHAKE-128s"],
  ["2.16.840.1.101.3.4.3.27", "SLH-DSA-SHAKE-128f"],
  ["2.16.840.1.101.3.4.3.28", "SLH-DSA-SHAKE-192s"],
  ["2.16.840.1.101.3.4.3.29", "SLH-DSA-SHAKE-192f"],
  ["2.16.840.1.101.3.4.3.30", "SLH-DSA-SHAKE-256s"],
  ["2.16.840.1.101.3.4.3.31", "SLH-DSA-SHAKE-256f"],
  ["2.16.840.1.101.3.4.4.1", "ML-KEM-512"],
  ["2.16.840.1.101.3.4.4.2", "ML-KEM-768"],
  ["2.16.840.1.101.3.4.4.3", "ML-KEM-1024"],
]);

/** Elliptic curves by identifier: name and size of the field in bits. */
export const curves: ReadonlyMap<string, { name: string; bits: number }> = new Map([
  ["1.2.840.10045.3.1.1", { name: "P-192", bits: 192 }],
  ["1.3.132.0.33", { name: "P-224", bits: 224 }],
  ["1.2.840.10045.3.1.7", { name: "P-256", bits: 256 }],
  ["1.3.132.0.34", { name: "P-384", bits: 384 }],
  ["1.3.132.0.35", { name: "P-521", bits: 521 }],
  ["1.3.132.0.10", { name: "secp256k1", bits: 256 }],
  ["1.3.36.3.3.2.8.1.1.7", { name: "brainpoolP256r1", bits: 256 }],
  ["1.3.36.3.3.2.8.1.1.11", { name: "brainpoolP384r1", bits: 384 }],
  ["1.3.36.3.3.2.8.1.1.13", { name: "brainpoolP512r1", bits: 512 }],
  ["1.2.156.10197.1.301", { name: "SM2", bits: 256 }],
]);

/** Extended key usages (RFC 5280 §4.2.1.12 and others in wide use). */
export const extendedKeyUsageNames: ReadonlyMap<string, string> = new Map([
  ["2.5.29.37.0", "anyExtendedKeyUsage"],
  ["1.3.6.1.5.5.7.3.1", "serverAuth"],
  ["1.3.6.1.5.5.7.3.2", "clientAuth"],
  ["1.3.6.1.5.5.7.3.3", "codeSigning"],
  ["1.3.6.1.5.5.7.3.4", "emailProtection"],
  ["1.3.6.1.5.5.7.3.5", "ipsecEndSystem"],
  ["1.3.6.1.5.5.7.3.6", "ipsecTunnel"],
  ["1.3.6.1.5.5.7.3.7", "ipsecUser"],
  ["1.3.6.1.5.5.7.3.8", "timeStamping"],
  ["1.3.6.1.5.5.7.3.9", "OCSPSigning"],
  ["1.3.6.1.5.5.7.3.17", "ipsecIKE"],
  ["1.3.6.1.5.2.3.4", "pkinitClientAuth"],
  ["1.3.6.1.5.2.3.5", "pkinitKdc"],
  ["1.3.6.1.4.1.311.20.2.2", "smartcardLogon"],
  ["1.3.6.1.4.1.311.10.3.4", "encryptingFileSystem"],
  ["1.3.6.1.4.1.311.10.3.12", "documentSigning"],
  ["2.16.840.1.113730.4.1", "netscapeServerGatedCrypto"],
  ["1.3.6.1.4.1.311.10.3.3", "microsoftServerGatedCrypto"],
]);
