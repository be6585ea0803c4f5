import { runForOperator } from "./operator.mjs";

await runForOperator("lib/tokens/token-program.ts");
