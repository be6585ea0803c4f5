import { KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { makePkcs7, makePkcs12 } from "@/e2e/key-files";
import { generateCertificate } from "@/lib/certificates/generate";
import { DAY_MS, FILES_PER_BATCH } from "@/lib/certificates/rules";
import { API_FORM_LIMIT } from "@/lib/http/api-body";
import { call, makeCaller } from "./test-client";

useTestDatabase();

async function make(name: string) {
  const [notBefore, notAfter] = [new Date(Date.now() - DAY_MS), new Date(Date.now() + 60 * DAY_MS)];
  const made = await generateCertificate({ subjectCommonName: name, notBefore, notAfter });
  return { ...made, keyPem: KeyObject.from(made.privateKey).export({ type: "pkcs8", format: "pem" }).toString() };
}

function formOf(files: Record<string, string | Uint8Array>, fields: Record<string, string> = {}): FormData {
  const form = new FormData();
  for (const [name, content] of Object.entries(files)) {
    form.append("files", new File([typeof content === "string" ? content : new Uint8Array(content)], name));
  }
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

describe("an upload of files", () => {
  test("takes PEM, DER, PKCS#7, PKCS#12 with its password, and a key beside its certificate; a bad file stops none", async () => {
    const { token } = await makeCaller();
    const [pem, der, bundled, packed, lone] = await Promise.all(
      ["pem", "der", "p7", "p12", "lone"].map((name) => make(`${name}.test`)),
    );
    if (!pem || !der || !bundled || !packed || !lone) throw new Error("nothing was made");
    const body = formOf(
      {
        "a.pem": pem.pem,
        "a.key": pem.keyPem,
        "b.der": der.der,
        "c.p7b": makePkcs7([bundled.der]),
        "d.p12": makePkcs12({
          certificates: [packed.der],
          key: KeyObject.from(packed.privateKey),
          password: "sesame",
        }),
        "e.key": lone.keyPem,
        "f.txt": "nothing",
      },
      { password: "sesame" },
    );
    const { status, json } = await call("POST /certificates/upload", { token, body });
    expect(status).toBe(200);
    const read = (file: string, name: string, outcome: string) => ({
      ...{ file, outcome: "read", detail: null, needs_password: false },
      certificates: [{ id: expect.any(String), name, outcome }],
    });
    const refused = (file: string) => ({
      ...{ file, outcome: "refused", certificates: [], detail: expect.any(String), needs_password: false },
    });
    expect(json.files).toEqual([
      read("a.pem", "pem.test", "added"),
      read("a.key", "pem.test", "key_added"),
      read("b.der", "der.test", "added"),
      read("c.p7b", "p7.test", "added"),
      read("d.p12", "p12.test", "added_with_key"),
      refused("e.key"),
      refused("f.txt"),
    ]);
    const { json: list } = await call("GET /certificates", { token });
    expect(list.certificates).toHaveLength(4);
  });

  test("asks for the password of a file that needs one, and takes a key to a certificate that was there", async () => {
    const { token } = await makeCaller();
    const { pem, keyPem, der, privateKey } = await make("twice.test");
    const packed = makePkcs12({ certificates: [der], key: KeyObject.from(privateKey), password: "sesame" });
    const closed = await call("POST /certificates/upload", { token, body: formOf({ "a.p12": packed }) });
    expect(closed.json.files).toMatchObject([{ outcome: "refused", needs_password: true }]);
    await call("POST /certificates/upload", { token, body: formOf({ "a.pem": pem }, { name: "Mine" }) });
    const added = await call("POST /certificates/upload", { token, body: formOf({ "a.pem": `${pem}\n${keyPem}` }) });
    expect(added.json.files).toMatchObject([{ certificates: [{ name: "Mine", outcome: "key_added" }] }]);
    const again = await call("POST /certificates/upload", { token, body: formOf({ "a.pem": `${pem}\n${keyPem}` }) });
    expect(again.json.files).toMatchObject([{ certificates: [{ name: "Mine", outcome: "already" }] }]);
  });

  test("sent again with its key is answered as before", async () => {
    const { token } = await makeCaller();
    const { pem } = await make("once.test");
    const send = (boundary: string, text: string) => {
      const part = `content-disposition: form-data; name="files"; filename="a.pem"\r\n\r\n${text}\r\n`;
      const headers = { "content-type": `multipart/form-data; boundary=${boundary}`, "idempotency-key": "one" };
      const body = `--${boundary}\r\n${part}--${boundary}--\r\n`;
      return call("POST /certificates/upload", { token, body, headers });
    };
    const first = await send("----one", pem);
    expect(first.json.files).toMatchObject([{ file: "a.pem", certificates: [{ outcome: "added" }] }]);
    // Whoever sends a form again draws another boundary.
    for (const boundary of ["----one", "----two"]) {
      const again = await send(boundary, pem);
      expect([again.text, again.headers.get("idempotency-replayed")]).toEqual([first.text, "true"]);
    }
    const other = await send("----two", (await make("other.test")).pem);
    expect([other.status, other.json.type]).toEqual([422, "/docs/api#idempotency-key-reused"]);
  });

  test.each<[string, () => FormData]>([
    ["without files", () => new FormData()],
    ["with text for a file", () => formOf({}, { files: "x" })],
    [
      "with too many files",
      () => formOf(Object.fromEntries(Array.from({ length: FILES_PER_BATCH + 1 }, (_, n) => [n, "x"]))),
    ],
    ["with an unknown field", () => formOf({ "a.pem": "x" }, { surprise: "1" })],
    ["with a name of control characters", () => formOf({ "a.pem": "x" }, { name: "a\u0007" })],
    [
      "with a field twice",
      () => {
        const form = formOf({ "a.pem": "x" }, { name: "a" });
        form.append("name", "b");
        return form;
      },
    ],
  ])("%s is refused", async (_, makeForm) => {
    const { token } = await makeCaller();
    const { status, json } = await call("POST /certificates/upload", { token, body: makeForm() });
    expect([status, json.type]).toEqual([400, "/docs/api#invalid-request"]);
  });

  test("that is no form, no whole one or too long is refused", async () => {
    const { token } = await makeCaller();
    const send = async (body: string | Uint8Array, type: string) => {
      const headers = { "content-type": type };
      return (await call("POST /certificates/upload", { token, body, headers })).json.type;
    };
    expect(await send("{}", "application/json")).toBe("/docs/api#not-a-form");
    expect(await send("--x\r\nhalf", "multipart/form-data; boundary=x")).toBe("/docs/api#invalid-request");
    expect(await send("x", "multipart/form-data; charset=x")).toBe("/docs/api#invalid-request");
    const long = new Uint8Array(API_FORM_LIMIT + 1).fill(0x20);
    expect(await send(long, "multipart/form-data; boundary=x")).toBe("/docs/api#body-too-large");
  });
});
