import { config } from "zod";

// Before any schema is made: zod otherwise tries whether it may compile code, which the content policy refuses and
// reports. Loaded by browserRequest, ahead of the schemas.
config({ jitless: true });
