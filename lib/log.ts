import "server-only";
import pino from "pino";

/** One JSON object a line on standard output. Never pass it input, credentials or certificates' private parts. */
export const log = pino({ base: { service: "certsweep" }, timestamp: pino.stdTimeFunctions.isoTime });
