/** Characters allowed in each part of a deployment. */
export const SERVICE_LIMIT = 100;
export const RESOURCE_LIMIT = 500;
export const NOTE_LIMIT = 1_000;
