import { rotateKeyFiles } from "./key-files.mjs";
import { runForOperator } from "./operator.mjs";

// A key that the environment gives is the operator's to change: then only the sealing is done here.
await runForOperator("lib/secrets/rotate-program.ts", (settings, run) =>
  settings.encryptionKey === null ? rotateKeyFiles(settings.dataFolder, run) : run(),
);
