/** Characters allowed in each part of a deployment. */
export const SERVICE_LIMIT = 100;
export const RESOURCE_LIMIT = 500;
export const NOTE_LIMIT = 1_000;

/** Deployments of one certificate that a page shows; it says how many there are in all. */
export const DEPLOYMENTS_SHOWN = 200;
