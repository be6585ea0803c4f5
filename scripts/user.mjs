import { runForOperator } from "./operator.mjs";

await runForOperator("lib/accounts/add-user.ts");
