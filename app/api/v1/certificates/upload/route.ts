import { z } from "zod";
import { addFiles } from "@/lib/certificates/commands";
import { FILES_PER_BATCH } from "@/lib/certificates/rules";
import { type FileOutcome, uploadFields } from "@/lib/certificates/schema";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";

const { name, password } = uploadFields;

const form = z.strictObject({
  files: z.array(z.file()).min(1).max(FILES_PER_BATCH).meta({
    description: "PEM, DER, PKCS#7 or PKCS#12; a private key may be in another file than its certificate.",
  }),
  name: name.optional().meta({ description: "Where there is one certificate only. Else each has its common name." }),
  password: password.optional().meta({ description: "Of the files that need one. It is not kept." }),
});

const fileOutcome = z
  .object({
    file: z.string(),
    outcome: z.enum(["read", "refused"]),
    certificates: z.array(
      z.object({
        id: z.uuid(),
        name: z.string(),
        outcome: z.enum(["added", "added_with_key", "already", "key_added"]).meta({
          description: "key_added: it was there, or came in another file, and has its private key now.",
        }),
      }),
    ),
    detail: z.string().nullable().meta({ description: "Why the file was refused." }),
    needs_password: z.boolean(),
  })
  .meta({ id: "FileOutcome" });

export const POST = apiRoute(
  {
    can: "certificates:upload",
    summary:
      "Upload files with certificates and private keys, as the console does. One bad file never stops the others.",
    params: NOTHING,
    query: NOTHING,
    body: form,
    isForm: true,
    answer: z.object({ files: z.array(fileOutcome).meta({ description: "In the order in which they were sent." }) }),
    statuses: { 200: "Every file was read or refused; see each." },
  },
  async ({ scope, body, now }) => {
    const files = await Promise.all(
      body.files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
    );
    const upload = { files, givenName: body.name ?? null, password: body.password ?? "", now };
    return { value: { files: (await addFiles(scope, upload)).map(toldOf) } };
  },
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });

function toldOf(outcome: FileOutcome): z.input<typeof fileOutcome> {
  const { file, kind } = outcome;
  if (kind === "refused") {
    const { sentence, wantsPassword = false } = outcome;
    return { file, outcome: kind, certificates: [], detail: sentence, needs_password: wantsPassword };
  }
  const certificates = outcome.certificates.map((each) => ({ id: each.id, name: each.name, outcome: each.kind }));
  return { file, outcome: kind, certificates, detail: null, needs_password: false };
}
